"""Numbers of formulas: `\\eqref{loss}` says to a reader what the formula with `\\label{loss}` shows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.markup.formulas.macros import MAX_LENGTH

REFERENCE = re.compile(r"\\(eq)?ref\{([^{}\n]{1,200})\}")
_EDGE = re.compile(
    r"\\(?:(begin|end)\{([A-Za-z]+\*?)\}|(\\)|label\{([^{}]*)\}[ \t]*\n?|(?:nonumber|notag)(?![A-Za-z])"
    r"|tag(\*?)\{([^{}]*)\}|.)",
    re.DOTALL,
)
# As MathJax numbers for the AMS: these by their rows, those as a whole.
_BY_ROWS = frozenset({"align", "alignat", "flalign", "gather", "eqnarray"})
_NUMBERED = _BY_ROWS | {"equation", "multline"}


@dataclass(slots=True)
class _Row:
    """A row of a formula, or a formula that is one; `start` is where it begins."""

    start: int
    counts: bool
    labels: list[tuple[int, int, str]] = field(default_factory=list)
    tag: str = ""


class Numbers:
    """Numbers of the formulas of one post, counted in their order. `wanted` are the labels that it refers to."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self._wanted = frozenset(wanted)
        self._shown: dict[str, str] = {}
        self._count = 0

    def shown(self, label: str) -> str | None:
        """What a reader sees beside the formula of that label, in the parentheses around it or not."""
        return self._shown.get(label)

    def told(self, latex: str) -> str:
        """The displayed formula with a tag for each number that the post refers to."""
        if len(latex) > MAX_LENGTH:
            return latex
        edits: list[tuple[int, int, str]] = []
        inside = depth = 0
        by_rows = False
        row = _Row(0, counts=False)
        for match in _EDGE.finditer(latex):
            edge, name, line_end, label, star, tag = match.groups()
            if edge == "begin":
                depth += 1
                if not inside and name in _NUMBERED:
                    inside, by_rows, row = depth, name in _BY_ROWS, _Row(match.end(), counts=True)
            elif edge == "end":
                if depth == inside:
                    self._finish(row, latex, match.start(), edits)
                    inside, row = 0, _Row(match.end(), counts=False)
                depth -= 1
            elif line_end and inside == depth and by_rows:
                self._finish(row, latex, match.start(), edits)
                row = _Row(match.end(), counts=True)
            elif label is not None:
                row.labels.append((*match.span(), label))
            elif tag is not None:
                row.tag = tag if star else f"({tag})"
            elif match.group() in ("\\nonumber", "\\notag"):
                row.counts = False
        self._finish(row, latex, len(latex), edits)
        for start, end, what in sorted(edits, reverse=True):
            latex = latex[:start] + what + latex[end:]
        return latex

    def _finish(self, row: _Row, latex: str, end: int, edits: list[tuple[int, int, str]]) -> None:
        names = [name for _, _, name in row.labels]
        if row.tag:
            self._shown |= dict.fromkeys(names, row.tag)
        elif names or (row.counts and latex[row.start : end].strip()):
            self._count += 1
            self._shown |= dict.fromkeys(names, f"({self._count})")
            if not self._wanted.isdisjoint(names):
                edits += [(start, stop, "") for start, stop, _ in row.labels]
                edits.append((end, end, rf"\tag{{{self._count}}}"))
