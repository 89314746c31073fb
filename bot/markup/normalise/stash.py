"""Code, comments and verbatim HTML set aside, so that rewriting rules cannot reach into them.

A stashed piece is spelt U+FDD0, its number in decimal, U+FDD1; `clean` has removed both from the source.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

_FENCE = re.compile(r"```+|~~~+")
_PREFIX = re.compile(r"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*")
# Deeper in than this no fence stands, and looking back further would cost time on hostile lines.
_MAX_PREFIX = 200
# Every branch begins with a plain character: the regex engine then skips what cannot begin one.
_TICKS = re.compile(r"\\.|``*|\n(?=[ \t>]*\n|#)")
# Where no run is longer than one backtick, a span is what stands between two in a paragraph.
_SINGLE = re.compile(r"(\\[\\`]|`[^`\n]*+(?:\n(?![ \t>]*\n|#)[^`\n]*+)*+`)")
_UNESCAPED = re.compile(r"(`[^`\n]*+(?:\n(?![ \t>]*\n|#)[^`\n]*+)*+`)")
_VERBATIM = re.compile(r"<!--|<(pre|script|style|textarea)\b", re.IGNORECASE)
_CLOSERS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("pre", "script", "style", "textarea")}
_CLOSERS[""] = re.compile("-->")
_TOKEN = re.compile("\ufdd0(\\d+)\ufdd1")


class Stash:
    """Pieces of one source set aside, in the order they were put; and what its formulas are, by how they are spelt."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.formulas: dict[str, str] = {}  # inert spelling to source

    def put(self, piece: str) -> str:
        self._pieces.append(piece)
        return f"\ufdd0{len(self._pieces) - 1}\ufdd1"

    def get(self, token: str) -> str | None:
        """What the token stands for; None when `token` is anything else than one token."""
        match = _TOKEN.fullmatch(token)
        return self._pieces[int(match.group(1))] if match else None

    def fill(self, text: str) -> str:
        """`text` with every piece back in place, pieces within pieces too."""
        # A piece holds only pieces put before it, so this ends; three rounds are the deepest our rules stack.
        while "\ufdd0" in text:
            parts = _TOKEN.split(text)
            parts[1::2] = map(self._pieces.__getitem__, map(int, parts[1::2]))
            text = "".join(parts)
        return text

    def take_code(self, text: str) -> str:
        """`text` with fenced code, comments, verbatim HTML and code spans set aside."""
        tildes = "~" in text and "~~~" in text
        if tildes or ("`" in text and "```" in text):
            taken = None if tildes else self._take_plain_fences(text)
            text = self._take_ranges(text, _fences(text)) if taken is None else taken
        if "<" in text:
            text = self._take_ranges(text, _verbatim(text))
        if "`" in text:
            text = self._take_ranges(text, _spans(text)) if "``" in text else self._take_single_spans(text)
        return text

    def _take_plain_fences(self, text: str) -> str | None:
        """What `_fences` finds where each run is three backticks at the beginning of a line; None for any other text.

        Most posts are so, and cutting them there is faster than looking at each run.
        """
        before, *parts = text.split("```")
        first = len(self._pieces)
        line_begins = not before or before[-1] == "\n"
        kept, opened = [before], list[str]()
        for part in parts:
            if not line_begins or part[:1] == "`":
                del self._pieces[first:]
                return None
            line_begins = part[-1:] == "\n"
            info, line_end, after = part.partition("\n")
            if opened and info and not info.isspace():
                opened.append(part)
            elif opened:
                kept += self.put("```".join((*opened, info))), line_end, after
                opened = []
            elif "`" in info:
                kept += "```", part
            else:
                opened = ["", part]
        if opened:
            kept.append(self.put("```".join(opened)))
        return "".join(kept)

    def _take_single_spans(self, text: str) -> str:
        """`text`, in which no run is longer than one backtick, without its code spans."""
        if "\\" not in text:
            parts = _UNESCAPED.split(text)
            number = len(self._pieces)
            self._pieces += parts[1::2]
            parts[1::2] = [f"\ufdd0{index}\ufdd1" for index in range(number, len(self._pieces))]
        else:
            parts = _SINGLE.split(text)
            parts[1::2] = [piece if piece[0] == "\\" else self.put(piece) for piece in parts[1::2]]
        return "".join(parts)

    def _take_ranges(self, text: str, ranges: list[tuple[int, int]]) -> str:
        if not ranges:
            return text
        kept: list[str] = []
        done, number = 0, len(self._pieces)
        for start, end in ranges:
            kept += text[done:start], f"\ufdd0{number}\ufdd1"
            self._pieces.append(text[start:end])
            done, number = end, number + 1
        kept.append(text[done:])
        return "".join(kept)


def _fences(text: str) -> list[tuple[int, int]]:
    """Ranges from an opening fence to the end of its closing line, prefixes of the first line left out."""
    ranges: list[tuple[int, int]] = []
    start = checked = -1
    fence = quotes = ""
    for match in _runs(text):
        run = match.group()
        if start >= 0 and not quotes and not run.startswith(fence):
            continue
        place = match.start()
        line = text.rfind("\n", max(0, place - _MAX_PREFIX), place) + 1
        prefix = text[line:place]
        if prefix and (len(prefix) > _MAX_PREFIX or not _PREFIX.fullmatch(prefix)):
            continue
        line_end = text.find("\n", match.end())
        line_end = line_end if line_end >= 0 else len(text)
        info = text[match.end() : line_end]
        if start >= 0 and quotes:
            left = _leaves_quote(text, checked, line)
            checked = line
            if left >= 0:
                ranges.append((start, left))
                start = -1
        if start < 0:
            if run[0] == "`" and "`" in info:
                continue
            start, fence, quotes = match.start(), run, ">" * prefix.count(">")
            checked = start
        elif run.startswith(fence) and not info.strip():
            ranges.append((start, line_end))
            start = -1
    if start >= 0:
        left = _leaves_quote(text, checked, len(text)) if quotes else -1
        ranges.append((start, left if left >= 0 else len(text)))
    return ranges


def _runs(text: str) -> Iterator[re.Match[str]]:
    """Runs that may be fences. Most posts use one kind, and finding it is faster than matching a pattern."""
    if "~~~" in text:
        yield from _FENCE.finditer(text)
        return
    place = text.find("```")
    while match := _FENCE.match(text, place) if place >= 0 else None:
        yield match
        place = text.find("```", match.end())


_OUTSIDE_QUOTE = re.compile(r"\n(?![ \t]*>)")


def _leaves_quote(text: str, start: int, end: int) -> int:
    """Where the quote that holds the fence opened at `start` ends, or -1: code knows no lazy continuation."""
    match = _OUTSIDE_QUOTE.search(text, start, end)
    return match.start() if match and match.end() < end else -1


def _verbatim(text: str) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    unclosed: set[str] = set()
    position = 0
    while match := _VERBATIM.search(text, position):
        name = (match.group(1) or "").lower()
        end = None if name in unclosed else _CLOSERS[name].search(text, match.end())
        if end is None:
            unclosed.add(name)
            position = match.end()
        else:
            position = end.end()
            ranges.append((match.start(), position))
    return ranges


def _spans(text: str) -> list[tuple[int, int]]:
    """Code spans: a run of backticks up to the next run as long in the same paragraph."""
    ranges: list[tuple[int, int]] = []
    runs: list[tuple[int, int, bool]] = []
    for match in _TICKS.finditer(text):
        kind = match.group()[0]
        if kind == "\n":
            _pair(runs, ranges)
            runs = []
        elif kind == "`":
            runs.append((match.start(), match.end(), True))
        elif match.group() == "\\`":
            # Escaped it opens nothing, but a span that is open ends here all the same.
            runs.append((match.start() + 1, match.end(), False))
    _pair(runs, ranges)
    return ranges


def _pair(runs: list[tuple[int, int, bool]], ranges: list[tuple[int, int]]) -> None:
    by_length: dict[int, list[int]] = defaultdict(list)
    for index in range(len(runs) - 1, -1, -1):
        start, end, _ = runs[index]
        by_length[end - start].append(index)
    index = 0
    while index < len(runs):
        start, end, opens = runs[index]
        waiting = by_length[end - start]
        while waiting and waiting[-1] <= index:
            waiting.pop()
        if opens and waiting:
            index = waiting[-1]
            ranges.append((start, runs[index][1]))
        index += 1
