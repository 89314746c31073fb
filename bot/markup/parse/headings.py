"""Headings: their anchors, and the attributes authors write after them."""

import re

from bot.markup.tree import Inline, Words

_ATTRIBUTES = re.compile(r"\s*\{:?\s*((?:[#.][\w:.-]+|[\w-]+=(?:\"[^\"]*\"|\S+))(?:\s+[^{}]*)?)\}\s*$")
_ID = re.compile(r"#([\w:.-]+)")
_DROPPED = re.compile(r"[^\w\-]")


class Anchors:
    """Anchors of one post, each given once, spelt as GitHub spells them."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def unique(self, text: str) -> str:
        text = text.strip().lower()
        anchor = text.replace(" ", "-")
        if not text.replace(" ", "").isalnum():
            anchor = _DROPPED.sub("", anchor) or "section"
        count = self._given.get(anchor, 0)
        self._given[anchor] = count + 1
        return f"{anchor}-{count}" if count else anchor


def attributes_of(inlines: tuple[Inline, ...]) -> tuple[tuple[Inline, ...], str]:
    """The heading without `{#id .class}` at its end, and the id."""
    last = inlines[-1] if inlines else None
    if not (isinstance(last, Words) and last.text[-1:] == "}"):
        return inlines, ""
    match = _ATTRIBUTES.search(last.text)
    if match is None:
        return inlines, ""
    kept = last.text[: match.start()]
    found = _ID.search(match.group(1))
    return (*inlines[:-1], *((Words(kept),) if kept else ())), found.group(1) if found else ""
