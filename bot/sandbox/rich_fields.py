"""The fields of rich blocks and texts, and how list items are labelled.

From core.telegram.org/bots/api#inputrichblock, #inputrichblocklistitem, #richblocktablecell and #richtext.
"""

from typing import Any, TypeAlias

Fields: TypeAlias = dict[str, str]
"""A field's name and the kind of value it holds; a kind ending in `?` may be left out."""

BLOCKS: dict[str, Fields] = {
    "paragraph": {"text": "text"},
    "heading": {"text": "text", "size": "size"},
    "pre": {"text": "text", "language": "string?"},
    "footer": {"text": "text"},
    "divider": {},
    "mathematical_expression": {"expression": "source"},
    "anchor": {"name": "string"},
    "list": {"items": "items"},
    "blockquote": {"blocks": "blocks", "credit": "text?"},
    "expandable_blockquote": {"text": "text", "credit": "text?"},
    "pullquote": {"text": "text", "credit": "text?"},
    "collage": {"blocks": "blocks", "caption": "caption?"},
    "slideshow": {"blocks": "blocks", "caption": "caption?"},
    "table": {
        "cells": "cells", "is_bordered": "flag?", "is_striped": "flag?", "is_compact": "flag?", "caption": "text?",
    },
    "details": {"summary": "text", "blocks": "blocks", "is_open": "flag?"},
    "photo": {"photo": "photo", "caption": "caption?"},
    "document": {"document": "document", "caption": "caption?"},
    "buttons": {"buttons": "buttons", "align": "align?"},
}  # fmt: skip
ITEM: Fields = {
    "blocks": "blocks", "has_checkbox": "flag?", "is_checked": "flag?", "value": "integer?", "type": "label?",
}  # fmt: skip
CELL: Fields = {
    "text": "text?", "align": "align", "valign": "valign", "is_header": "flag?", "colspan": "integer?",
    "rowspan": "integer?",
}  # fmt: skip
CAPTION: Fields = {"text": "text", "credit": "text?"}
STYLED: Fields = {"text": "text"}
TEXTS: dict[str, Fields] = {
    **dict.fromkeys(
        ("bold", "italic", "underline", "strikethrough", "spoiler", "subscript", "superscript", "marked", "code"),
        STYLED,
    ),
    "url": {"text": "text", "url": "link"},
    "mathematical_expression": {"expression": "source"},
    "reference": {"text": "text", "name": "string"},
    "reference_link": {"text": "text", "reference_name": "string"},
    "anchor": {"name": "string"},
    "anchor_link": {"text": "text", "anchor_name": "any_string"},
    "date_time": {"text": "text", "unix_time": "integer", "date_time_format": "any_string"},
    "button": {"button": "button"},
    "mention": {"text": "text", "username": "string"},
    "hashtag": {"text": "text", "hashtag": "string"},
    "cashtag": {"text": "text", "cashtag": "string"},
    "bot_command": {"text": "text", "bot_command": "string"},
    "email_address": {"text": "text", "email_address": "string"},
    "phone_number": {"text": "text", "phone_number": "string"},
}
BUTTON_FIELDS = {"text", "style"}
CHOICES = {
    "align": ("left", "center", "right"),
    "valign": ("top", "middle", "bottom"),
    "label": ("a", "A", "i", "I", "1"),
    "size": (1, 2, 3, 4, 5, 6),
}
SCALARS: dict[str, type] = {"flag": bool, "integer": int, "string": str, "any_string": str, "source": str, "link": str}


def item_label(item: dict[str, Any], number: int) -> str:
    """What stands before a list item: a bullet, or its number when it has a value or a kind of number."""
    if "value" not in item and "type" not in item:
        return "•"
    value = item.get("value", number)
    kind = item.get("type", "1")
    if kind in ("a", "A") and 1 <= value <= 26:
        return f"{chr(ord(kind) + value - 1)}."
    if kind in ("i", "I") and 1 <= value <= 3999:
        roman = _roman(value)
        return f"{roman if kind == 'I' else roman.lower()}."
    return f"{value}."


def _roman(value: int) -> str:
    steps = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    )
    written = ""
    for step, sign in steps:
        count, value = divmod(value, step)
        written += sign * count
    return written
