"""Inlines as plain words, every one of them kept."""

import re
from collections.abc import Iterable

from bot.markup.tree import Break, Code, Image, Inline, Link, Math, Styled, Words

_WIDE = "\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_LINE_END = re.compile(f"(?<=[{_WIDE}])\n(?=[{_WIDE}])")


def inline_text(inlines: Iterable[Inline]) -> str:
    """Words, code and formula sources, descriptions of images.

    A line end is a space, or nothing between two Chinese characters.
    """
    pieces: list[str] = []
    _gather(inlines, pieces)
    text = "".join(pieces)
    return _LINE_END.sub("", text).replace("\n", " ") if "\n" in text else text


def description(alt: str, title: str) -> str:
    """What is said of an image: its description, then its title where that says something else."""
    if not title or title in alt:
        return alt
    return title if alt in title else f"{alt} · {title}"


def _gather(inlines: Iterable[Inline], pieces: list[str]) -> None:
    for node in inlines:
        if type(node) is Words:
            pieces.append(node.text)
            continue
        match node:
            case Code(text) | Math(text):
                pieces.append(text)
            case Styled(_, inner) | Link(_, inner):
                _gather(inner, pieces)
            case Break():
                pieces.append("\n")
            case Image(_, alt, title):
                pieces.append(alt or title)
            case _:
                pass
