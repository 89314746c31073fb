"""What a new version of a file changes, by lines, at a cost that no two texts can drive up."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

# Beyond so many pairs of differing lines a comparison takes seconds: then all of them are removed, and all added.
MAX_PAIRS = 1_000_000


@dataclass(frozen=True, slots=True)
class Difference:
    """Lines as a diff has them, each with its `+` or `-`; `...` stands for lines that are the same."""

    lines: tuple[str, ...]
    added: int
    removed: int


def difference(before: str, after: str) -> Difference:
    """What changes from one text to the other."""
    old, new = before.splitlines(), after.splitlines()
    head = _same(old, new)
    tail = _same(old[head:][::-1], new[head:][::-1])
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(old) * len(new) > MAX_PAIRS:
        blocks = [("replace", 0, len(old), 0, len(new))]
    else:
        blocks = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    lines: list[str] = []
    added = removed = 0
    for kind, old_start, old_end, new_start, new_end in blocks:
        if kind == "equal":
            lines.append("...")
            continue
        lines += [f"-{line}" for line in old[old_start:old_end]] + [f"+{line}" for line in new[new_start:new_end]]
        removed += old_end - old_start
        added += new_end - new_start
    return Difference(tuple(lines), added, removed)


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))
