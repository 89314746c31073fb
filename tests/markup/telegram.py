"""TDLib, the library official apps are built on, as judge of a message's text and entities; it works offline."""

import json
import re
from typing import Any

import tdjson

from bot.domain.message import MAX_ENTITIES, MAX_TEXT_UNITS, Entity, Text, utf16_length

tdjson.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')

_TYPES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "code": "Code",
    "blockquote": "BlockQuote",
    "expandable_blockquote": "ExpandableBlockQuote",
}
# parseMarkdown would read these as markup of its own.
_MARKUP = re.compile(r"[*_~`|\[\]()!]")


def faults(text: Text) -> list[str]:
    """What Telegram would refuse or silently change; nothing when it takes the message as it is."""
    found = []
    if utf16_length(text.text) > MAX_TEXT_UNITS:
        found.append(f"{utf16_length(text.text)} units")
    if len(text.entities) > MAX_ENTITIES:
        found.append(f"{len(text.entities)} entities")
    answer = _execute({"@type": "getMarkdownText", "text": _formatted(text)})
    if answer["@type"] == "error":
        return [*found, answer["message"]]
    bare = Text(_MARKUP.sub("x", text.text), text.entities)
    given = _formatted(bare)
    kept = _execute({"@type": "parseMarkdown", "text": given})
    if kept["text"] != bare.text:
        found.append("text changed")
    elif _covered(kept["entities"]) != _covered(given["entities"]):
        found.append(f"entities changed: {_difference(given, kept)}")
    return found


def commands(text: str) -> list[str]:
    """What Telegram would make commands of, to be sent to the bot by a tap."""
    found = _execute({"@type": "getTextEntities", "text": text})
    units = text.encode("utf-16-le")
    return [
        units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
        for one in found["entities"]
        if one["type"]["@type"] == "textEntityTypeBotCommand"
    ]


def _execute(request: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(request).encode()))
    return answer


def _formatted(text: Text) -> dict[str, Any]:
    entities = [
        {"@type": "textEntity", "offset": entity.offset, "length": entity.length, "type": _type(entity)}
        for entity in text.entities
    ]
    return {"@type": "formattedText", "text": text.text, "entities": entities}


def _type(entity: Entity) -> dict[str, Any]:
    if entity.type == "pre":
        if entity.language:
            return {"@type": "textEntityTypePreCode", "language": entity.language}
        return {"@type": "textEntityTypePre"}
    if entity.type == "text_link":
        return {"@type": "textEntityTypeTextUrl", "url": entity.url}
    return {"@type": f"textEntityType{_TYPES[entity.type]}"}


def _covered(entities: list[dict[str, Any]]) -> set[tuple[str, str, int]]:
    """Which unit bears which style: TDLib cuts entities where others begin, which changes nothing a reader sees."""
    return {
        (kind["@type"], kind.get("language", "") or str(kind.get("url", "")).rstrip("/").lower(), unit)
        for entity in entities
        for kind in (entity["type"],)
        for unit in range(entity["offset"], entity["offset"] + entity["length"])
    }


def _difference(given: dict[str, Any], kept: dict[str, Any]) -> list[tuple[str, str, int]]:
    return sorted(_covered(given["entities"]) ^ _covered(kept["entities"]))[:3]
