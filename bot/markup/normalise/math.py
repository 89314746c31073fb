"""Formulas found in every spelling authors use, and spelt inertly so that Markdown cannot break them."""

import re

from bot.markup.normalise.characters import DISPLAY, INLINE, make_inert
from bot.markup.normalise.dollars import LATEX_SIGN, mean_formula
from bot.markup.normalise.stash import Stash

_ENVIRONMENTS = (
    "equation|align|alignat|aligned|gather|gathered|multline|flalign|eqnarray|split|cases|array|subequations|math"
    "|displaymath|CD|matrix|pmatrix|bmatrix|Bmatrix|vmatrix|Vmatrix|smallmatrix|dcases|rcases|darray"
)
_NEXT_DOLLAR = re.compile(r"\\.|\$\$*|\n[ \t>]*\n", re.DOTALL)
# The rest of a formula on one line that needs no second look to tell it from money: without code or another formula in
# it, no space inside its dollars, no letter or digit after them. Nearly all are such.
_ON_LINE = (
    r"(?![\s$])[^\\$\n\ufdd0\U0010ff03]*+(?:\\[^\n\ufdd0\U0010ff03][^\\$\n\ufdd0\U0010ff03]*+)*+(?<!\s)\$(?![^\W_]|\$)"
)
_OPENER = re.compile(
    rf"\$(?:({_ON_LINE})|\$*)|\\begin\{{((?:{_ENVIRONMENTS})\*?)\}}|\\\\?[(\[]|\\.",
    re.DOTALL,
)
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_QUOTE_PREFIX = re.compile(r"\n[ \t]*>[ \t>]*")
_LATEX_MARK = re.compile(r"[\\^_={}]")
_MATH_MARK = re.compile(r"[\\^_=<>{}+*/|]")
# Code set aside, or a formula already found: no formula holds one.
_QUOTED = re.compile("\ufdd0\\d+\ufdd1")
_TAKEN = re.compile("[\ufdd0\U0010ff03]")
_PROSE = re.compile(r"[A-Za-z]{4}|[\u3040-\u30ff\u3400-\u9fff]")
_BLOCK_INSIDE = re.compile(r"\n[ \t>]*(?:#{1,6} |\ufdd0|</?[A-Za-z]|:::|!!!|```|~~~)")
_ENVIRONMENT_EDGE = re.compile(rf"\\(begin|end)\{{((?:{_ENVIRONMENTS})\*?)\}}")
# How far back a line is looked at for what precedes a formula.
_LINE_WINDOW = 200


def spell_inertly(text: str, stash: Stash) -> str:
    """`text` with every formula as one inert token; `$5 和 $10` stays money, `\\[1\\]` stays a bracket."""
    return _Scanner(text, stash).run()


class _Scanner:
    def __init__(self, text: str, stash: Stash) -> None:
        self.text = text
        self.stash = stash
        self.pieces: list[str] = []
        self.tokens: list[tuple[int, str, bool]] = []  # index in pieces, source, may be kramdown's inline form
        # Spellings by source, of displayed formulas and of inline ones.
        self.displayed: dict[str, str] = {}
        self.inline: dict[str, str] = {}
        self.places: dict[str, int] = {}
        self.environments: dict[int, int] | None = None
        self.done = 0

    def run(self) -> str:
        text, pieces, inline = self.text, self.pieces, self.inline
        position = 0
        while match := _OPENER.search(text, position):
            start, position = match.span()
            if match.lastindex == 1:
                # What `_take` does, in place: nearly all formulas of a post come this way.
                source = match.group()
                pieces.append(text[self.done : start])
                pieces.append(inline.get(source) or self._spelt(source, display=False))
                self.done = position
            elif (end := self._formula_end(match)) > 0:
                position = end
        self.pieces.append(text[self.done :])
        # kramdown writes inline formulas with two dollars: told by a post that never uses one.
        inline_seen = bool(inline)
        for index, source, mid_line in self.tokens:
            display = inline_seen or not mid_line
            self.pieces[index] = self._spelt(source, display=display)
        return "".join(self.pieces)

    def _formula_end(self, match: re.Match[str]) -> int:
        opener = match.group()
        if opener[0] == "$":
            if len(opener) > 2:
                return -1
            return self._double(match) if opener == "$$" else self._single(match)
        if match.lastindex == 2:
            return self._environment(match)
        if opener[-1] in "([" and (len(opener) < 3 or opener[1] == "\\"):
            return self._bracket(match)
        return -1

    def _take(self, start: int, end: int, source: str, *, display: bool, mid_line: bool = False) -> int:
        if display:
            self.pieces += self.text[self.done : start], ""
            self.tokens.append((len(self.pieces) - 1, source, mid_line))
        else:
            self.pieces += self.text[self.done : start], self._spelt(source, display=False)
        self.done = end
        return end

    def _spelt(self, source: str, *, display: bool) -> str:
        known = self.displayed if display else self.inline
        spelt = known.get(source)
        if spelt is None:
            spelt = known[source] = (DISPLAY if display else INLINE) + make_inert(source)
            self.stash.formulas[spelt] = source
        return spelt

    def _unquoted(self, start: int, content: str) -> str:
        """`content` without the `>` that begins each line of a quote."""
        if "\n" not in content:
            return content
        line = self.text.rfind("\n", max(0, start - _LINE_WINDOW), start) + 1
        quoted = self.text[line:start].lstrip().startswith(">")
        return _QUOTE_PREFIX.sub("\n", content) if quoted else content

    def _find(self, closer: str, start: int) -> int:
        """The next `closer` at or after `start`; places are remembered, so that all searches together are one."""
        place = self.places.get(closer, 0)
        if 0 <= place < start or closer not in self.places:
            place = self.places[closer] = self.text.find(closer, start)
        return place

    def _double(self, match: re.Match[str]) -> int:
        start, inner = match.span()
        end = self._find("$$", inner)
        if end < 0:
            return -1
        content = self.text[inner:end]
        if "\ufdd0" in content and LATEX_SIGN.search(content):
            content = _QUOTED.sub(lambda token: self._quotes(token.group()), content)
        if not content.strip() or _TAKEN.search(content):
            return -1
        if "\n" in content:
            if _BLANK_LINE.search(content) and (not _LATEX_MARK.search(content) or _BLOCK_INSIDE.search(content)):
                return -1
            content = self._unquoted(start, content)
        return self._take(start, end + 2, f"$${content}$$", display=True, mid_line=self._mid_line(start, end + 2))

    def _quotes(self, token: str) -> str:
        """Two quotes of LaTeX, `` \\text{``a"}, \\text{``b"} ``, which Markdown takes for the ends of code."""
        piece = self.stash.get(token) or ""
        return piece if piece.startswith("``") and "\n" not in piece else token

    def _mid_line(self, start: int, end: int) -> bool:
        """Whether a formula on one line has words before or after it on that line."""
        text = self.text
        if "\n" in text[start:end]:
            return False
        before = text[max(0, start - _LINE_WINDOW) : start].rpartition("\n")[2].strip(" \t>-*+.)0123456789")
        after = text[end : end + _LINE_WINDOW].partition("\n")[0].strip(" \t.,;。，；")
        return bool(before or after)

    def _single(self, match: re.Match[str]) -> int:
        text = self.text
        start, inner = match.span()
        position = inner
        while closer := _NEXT_DOLLAR.search(text, position):
            found = closer.group()
            position = closer.end()
            if found[0] == "\\" and position - closer.start() > 1:
                continue
            if found[0] == "\n":
                return -1
            break
        else:
            return -1
        end = closer.start()
        after = text[end + 1 : end + 2]
        content = text[inner:end]
        if len(found) > 2 or not mean_formula(content, text[start - 1 : start], after):
            return -1
        piece = self.stash.get(content)
        if piece is not None and piece.startswith("`"):
            return self._take(start, end + 1, f"${piece.strip('`')}$", display=False)
        if _TAKEN.search(content):
            return -1
        # What its author set on several lines, as `$ f(x) = \begin{cases} …`, is shown as more than a line.
        display = "\n" in content and "\\begin{" in content
        return self._take(start, end + 1, f"${self._unquoted(start, content)}$", display=display)

    def _bracket(self, match: re.Match[str]) -> int:
        opener = match.group()
        closer = opener[:-1] + (")" if opener[-1] == "(" else "]")
        start, inner = match.span()
        end = self._find(closer, inner)
        if end < 0 or 0 <= self._find(opener, inner) < end:
            return -1
        content = self.text[inner:end]
        if not content.strip() or _TAKEN.search(content):
            return -1
        if opener[-1] == "(":
            if _BLANK_LINE.search(content) or not (_MATH_MARK.search(content) or not _PROSE.search(content)):
                return -1
            return self._take(start, end + len(closer), f"\\({self._unquoted(start, content)}\\)", display=False)
        if _BLOCK_INSIDE.search(content) or not _LATEX_MARK.search(content) or self._is_link_text(end, closer):
            return -1
        # Words in brackets, with formulas of their own; LaTeX has a dollar here in text alone.
        if "$" in content and "\\text" not in content and "\\mbox" not in content:
            return -1
        return self._take(start, end + len(closer), f"\\[{self._unquoted(start, content)}\\]", display=True)

    def _is_link_text(self, end: int, closer: str) -> bool:
        return self.text.startswith("(", end + len(closer))

    def _environment(self, match: re.Match[str]) -> int:
        if self.environments is None:
            self.environments = _environment_ends(self.text)
        position = self.environments.get(match.start(), -1)
        if position < 0:
            return -1
        content = self.text[match.start() : position]
        if _TAKEN.search(content):
            return -1
        return self._take(match.start(), position, self._unquoted(match.start(), content), display=True)


def _environment_ends(text: str) -> dict[int, int]:
    """Where each `\\begin{…}` that has its `\\end{…}` ends."""
    ends: dict[int, int] = {}
    opened: dict[str, list[int]] = {}
    for match in _ENVIRONMENT_EDGE.finditer(text):
        starts = opened.setdefault(match.group(2), [])
        if match.group(1) == "begin":
            starts.append(match.start())
        elif starts:
            ends[starts.pop()] = match.end()
    return ends
