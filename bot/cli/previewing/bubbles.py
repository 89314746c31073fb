"""Classic messages as HTML: text with entities, as the apps nest them."""

from html import escape

from bot.domain.message import Entity, Text

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "mark",
    "code": "code",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}


def text_html(text: Text) -> str:
    """The text with a tag for every entity; offsets are UTF-16 units."""
    units = text.text.encode("utf-16-le")
    starts: dict[int, list[Entity]] = {}
    for entity in text.entities:
        starts.setdefault(entity.offset, []).append(entity)
    places = sorted({0, len(units) // 2, *starts, *(entity.offset + entity.length for entity in text.entities)})
    out: list[str] = []
    open_entities: list[Entity] = []
    for place, following in zip(places, [*places[1:], len(units) // 2], strict=True):
        while open_entities and open_entities[-1].offset + open_entities[-1].length <= place:
            out.append(_closing(open_entities.pop()))
        for entity in sorted(starts.get(place, ()), key=lambda entity: -entity.length):
            out.append(_opening(entity))
            open_entities.append(entity)
        out.append(escape(units[place * 2 : following * 2].decode("utf-16-le", "replace"), quote=False))
    return "".join([*out, *map(_closing, reversed(open_entities))])


def _opening(entity: Entity) -> str:
    if entity.type == "text_link":
        return f'<a href="{escape(entity.url or "")}">'
    if entity.type == "pre":
        name = f'<span class="lang">{escape(entity.language)}</span>' if entity.language else ""
        return f"<pre>{name}"
    return f"<{_TAGS.get(entity.type, 'span')}>"


def _closing(entity: Entity) -> str:
    return {"text_link": "</a>", "pre": "</pre>"}.get(entity.type, f"</{_TAGS.get(entity.type, 'span')}>")
