"""Markdown as it was before a chat app took it in: marks put back from entities, dashes mended."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.message import Entity, utf16_length

_AROUND = {"bold": "**", "italic": "*", "strikethrough": "~~"}
# `--` becomes a dash on phones: `---` arrives as `—-`, `-—`, `–-` or `——`.
_DASHES = re.compile(r"^[ \t]*(?=[-–—]*[–—])[-–—]{2,3}[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Mark:
    """Something to put in at an offset; of two at one place the lower `order` comes first."""

    at: int
    order: tuple[int, int]
    text: str


def rebuild(text: str, entities: Sequence[Entity]) -> str:
    """The Markdown that a message was typed as; offsets of `entities` are UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    marks: list[_Mark] = []
    for place, entity in enumerate(entities):
        start, end = entity.offset * 2, (entity.offset + entity.length) * 2
        covered = units[start:end].decode("utf-16-le", "replace")
        marks += _marks(entity, covered, place)
    pieces: list[str] = []
    done = 0
    for mark in sorted(marks, key=lambda mark: (mark.at, mark.order)):
        pieces.append(units[done * 2 : mark.at * 2].decode("utf-16-le", "replace"))
        pieces.append(mark.text)
        done = mark.at
    pieces.append(units[done * 2 :].decode("utf-16-le", "replace"))
    return mend_dashes("".join(pieces))


def mend_dashes(text: str) -> str:
    """`text` with the rules that an app's typography turned into dashes as they were typed."""
    return _DASHES.sub("---", text)


def _marks(entity: Entity, covered: str, place: int) -> list[_Mark]:
    """What to put in around and inside an entity; its edges never stand at a space, where Markdown has no marks."""
    if entity.type == "pre":
        language = entity.language or ""
        end = "```" if covered.endswith("\n") else "\n```"
        return _pair(entity.offset, entity.length, f"```{language}\n", end, place)
    if entity.type in {"blockquote", "expandable_blockquote"}:
        return _quote(entity, covered)
    if entity.type == "code":
        tick = "``" if "`" in covered else "`"
        return _pair(entity.offset, entity.length, tick, tick, place)
    if entity.type == "text_link" and entity.url:
        return _pair(entity.offset, entity.length, "[", f"]({entity.url})", place)
    if entity.type in _AROUND:
        return [mark for line in _lines(entity, covered) for mark in _pair(*line, *(_AROUND[entity.type],) * 2, place)]
    # Addresses, mentions and hashtags are found by the app in what stands there anyway.
    return []


def _pair(at: int, length: int, before: str, after: str, place: int) -> list[_Mark]:
    # At one place what ends comes before what begins, the inner end before the outer.
    return [_Mark(at, (1, place), before), _Mark(at + length, (0, -place), after)]


def _lines(entity: Entity, covered: str) -> list[tuple[int, int]]:
    """Offset and length of each line's text: emphasis does not reach over a blank line."""
    found: list[tuple[int, int]] = []
    at = entity.offset
    for line in covered.split("\n"):
        bare = line.strip()
        if bare:
            found.append((at + utf16_length(line[: len(line) - len(line.lstrip())]), utf16_length(bare)))
        at += utf16_length(line) + 1
    return found


def _quote(entity: Entity, covered: str) -> list[_Mark]:
    marks: list[_Mark] = []
    at = entity.offset
    for line in covered.rstrip("\n").split("\n"):
        marks.append(_Mark(at, (0, 1), "> "))
        at += utf16_length(line) + 1
    return marks
