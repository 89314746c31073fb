"""Text and entities as Telegram leaves them: cleaned, trimmed, judged, cut to a hundred entities, links found.

The rules and the words of refusals follow tdlib/td `fix_formatted_text` and `get_input_message_entities`.
"""

import re
from typing import Any

from bot.sandbox import tdlib
from bot.sandbox.errors import bad_request
from bot.sandbox.limits import MAX_ENTITIES, MAX_RAW_TEXT_BYTES
from bot.sandbox.links import link_fault
from bot.sandbox.params import type_of

Entity = dict[str, Any]

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
# In the order TDLib nests entities of the same span.
PRIORITY = {"blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "date_time": 30, "text_link": 49,
            "text_mention": 49, "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94,
            "custom_emoji": 99}  # fmt: skip
TD_TYPES = {
    "bold": "Bold", "italic": "Italic", "underline": "Underline", "strikethrough": "Strikethrough",
    "spoiler": "Spoiler", "code": "Code", "blockquote": "BlockQuote", "expandable_blockquote": "ExpandableBlockQuote",
}  # fmt: skip
# Telegram finds these itself and ignores them when they are given.
FOUND = {
    "mention": "textEntityTypeMention", "hashtag": "textEntityTypeHashtag", "cashtag": "textEntityTypeCashtag",
    "bot_command": "textEntityTypeBotCommand", "url": "textEntityTypeUrl", "email": "textEntityTypeEmailAddress",
    "phone_number": "textEntityTypePhoneNumber", "bank_card_number": "textEntityTypeBankCardNumber",
}  # fmt: skip
_PLAIN_FINDERS = (
    ("bot_command", re.compile(r"(?<![\w/@<>.])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#&])#\w*[^\W\d]\w*")),
)
_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_SPACED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x20]")


def units(text: str) -> int:
    """UTF-16 code units, in which offsets are counted."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fix_text(text: str, entities: Any, *, may_be_empty: bool = False) -> tuple[str, list[Entity]]:
    """The text and entities a message will carry; ApiError 400 in TDLib's words when they are refused."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_RAW_TEXT_BYTES:
        raise bad_request("Text is too long")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("Strings must be encoded in UTF-8") from None
    given = _parse(entities)
    _judge(text, given)
    given.sort(key=_order)
    text, given = _clean(text, given)
    text, given = _trim(text, given)
    if not text:
        if not may_be_empty:
            raise bad_request("Text must be non-empty")
        return "", []
    kept = _hundred(_without_conflicts(given))
    return text, sorted([*kept, *_free_of(kept, find_entities(text))], key=_order)


def find_entities(text: str) -> list[Entity]:
    """The links, mentions, hashtags and commands Telegram finds in a text by itself."""
    found = tdlib.find_entities(text)
    if found is not None:
        names = {td_type: name for name, td_type in FOUND.items()}
        return [{"type": names[kind], "offset": o, "length": n} for kind, o, n in found if kind in names]
    plain = [
        {"type": kind, "offset": units(text[: match.start()]), "length": units(match.group())}
        for kind, finder in _PLAIN_FINDERS
        for match in finder.finditer(text)
    ]
    kept: list[Entity] = []
    for entity in sorted(plain, key=_order):
        if not kept or entity["offset"] >= kept[-1]["offset"] + kept[-1]["length"]:
            kept.append(entity)
    return kept


def _order(entity: Entity) -> tuple[int, int, int]:
    return entity["offset"], -entity["length"], PRIORITY.get(entity["type"], 50)


def _parse(entities: Any) -> list[Entity]:
    if entities is None:
        return []
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: Array of MessageEntity expected")
    parsed = []
    for entity in entities:
        if not isinstance(entity, dict):
            raise bad_request("Can't parse MessageEntity: expected an Object")
        for name in ("offset", "length"):
            if not isinstance(entity.get(name), int):
                raise bad_request(f'Can\'t parse MessageEntity: Field "{name}" must be of type Number')
        kind = type_of(entity)
        if kind in FOUND:
            continue
        if kind not in PRIORITY:
            raise bad_request("Can't parse MessageEntity: Unsupported type specified")
        parsed.append(_kept_fields(entity, kind))
    return [entity for entity in parsed if entity["length"] != 0]


def _kept_fields(entity: Entity, kind: str) -> Entity:
    """The entity with its own fields and no others: an unknown field is refused, so that none is lost in silence."""
    own = {"text_link": ("url",), "pre": ("language",), "text_mention": ("user",), "custom_emoji": ("custom_emoji_id",),
           "date_time": ("unix_time", "date_time_format")}.get(kind, ())  # fmt: skip
    unknown = set(entity) - {"type", "offset", "length", *own}
    if unknown:
        raise bad_request(f"Can't parse MessageEntity: this server knows no {min(unknown)} of {kind}")
    return {name: value for name, value in entity.items() if value not in (None, "")}


def _judge(text: str, entities: list[Entity]) -> None:
    if not entities:
        return
    judged, fault = tdlib.judge_entities(text, [_td_entity(e) for e in entities if e["type"] != "text_mention"])
    if not judged:
        fault = _plain_fault(text, entities)
    if fault:
        raise bad_request(fault)


def _td_entity(entity: Entity) -> dict[str, Any]:
    kind = entity["type"]
    td: dict[str, Any] = {"@type": f"textEntityType{TD_TYPES.get(kind, 'Bold')}"}
    if kind == "text_link":
        td = {"@type": "textEntityTypeTextUrl", "url": entity.get("url", "")}
    elif kind == "pre":
        language = entity.get("language")
        td = {"@type": "textEntityTypePreCode", "language": language} if language else {"@type": "textEntityTypePre"}
    return {"@type": "textEntity", "offset": entity["offset"], "length": entity["length"], "type": td}


def _plain_fault(text: str, entities: list[Entity]) -> str | None:
    """The faults TDLib finds, by a check of our own for machines without it."""
    end = units(text)
    starts = {0}
    for character in text:
        starts.add(max(starts) + units(character))
    for entity in sorted(entities, key=_order):
        start, stop = entity["offset"], entity["offset"] + entity["length"]
        if start < 0:
            return f"Receive an entity with incorrect offset {start}"
        if entity["length"] < 0:
            return f"Receive an entity with incorrect length {entity['length']}"
        if start >= end:
            return f"Entity begins after the end of the text at UTF-16 offset {start}"
        if stop > end:
            return f"Entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {stop}"
        if start not in starts:
            return "Entity begins in a middle of a UTF-16 symbol"
        if stop not in starts:
            return f"Entity beginning at UTF-16 offset {start} ends in a middle of a UTF-16 symbol"
        fault = link_fault(entity.get("url", "")) if entity["type"] == "text_link" else None
        if fault:
            return f"Entity {fault}"
    return None


def _clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Control characters become spaces; line separators, carriage returns and direction marks go."""
    removed = [units(text[: match.start()]) for match in _REMOVED.finditer(text)]
    cleaned = _SPACED.sub(" ", _REMOVED.sub("", text))
    if not removed:
        return cleaned, entities
    moved = []
    for entity in entities:
        start, stop = entity["offset"], entity["offset"] + entity["length"]
        before = sum(1 for at in removed if at < start)
        inside = sum(1 for at in removed if start <= at < stop)
        if stop - start > inside:
            moved.append({**entity, "offset": start - before, "length": stop - start - inside})
    return cleaned, moved


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Trailing blanks go, and leading ones up to the first entity."""
    text = text.rstrip(" \n")
    end = units(text)
    kept = [{**e, "length": min(e["length"], end - e["offset"])} for e in entities if e["offset"] < end]
    first = min((e["offset"] for e in kept), default=end)
    # Blanks are one unit each, so characters and units agree here.
    lead = min(len(text) - len(text.lstrip(" \n")), first)
    return text[lead:], [{**e, "offset": e["offset"] - lead} for e in kept]


def _without_conflicts(entities: list[Entity]) -> list[Entity]:
    """Nothing nests in code, quotes do not nest, and of two that cross, the later goes."""
    kept: list[Entity] = []
    for entity in sorted(entities, key=_order):
        start, stop = entity["offset"], entity["offset"] + entity["length"]
        if not any(_conflict(other, entity, start, stop) for other in kept):
            kept.append(entity)
    return kept


def _conflict(other: Entity, entity: Entity, start: int, stop: int) -> bool:
    other_start, other_stop = other["offset"], other["offset"] + other["length"]
    if stop <= other_start or other_stop <= start:
        return False
    quotes = ("blockquote", "expandable_blockquote")
    if other["type"] in ("code", "pre") or (entity["type"] in quotes and other["type"] in quotes):
        return True
    if entity["type"] in ("code", "pre"):
        return other["type"] not in quotes
    crosses = not (other_start <= start and stop <= other_stop) and not (start <= other_start and other_stop <= stop)
    return crosses and entity["type"] not in SPLITTABLE


def _hundred(entities: list[Entity]) -> list[Entity]:
    """Links, code and quotes first, then what may be split; the rest are dropped in silence. Custom emoji go free."""
    free = [e for e in entities if e["type"] == "custom_emoji"]
    firm = [e for e in entities if e["type"] not in SPLITTABLE and e["type"] != "custom_emoji"]
    split = [e for e in entities if e["type"] in SPLITTABLE]
    return sorted([*free, *[*firm, *split][:MAX_ENTITIES]], key=_order)


def _free_of(kept: list[Entity], found: list[Entity]) -> list[Entity]:
    """Found entities that do not touch a given one, styles aside."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in kept if e["type"] not in (*SPLITTABLE, *_QUOTES)]
    return [e for e in found if not any(a < e["offset"] + e["length"] and e["offset"] < b for a, b in taken)]


_QUOTES = ("blockquote", "expandable_blockquote")
