"""Containers of other dialects, `::: note` and `!!! note`, rewritten as HTML blocks around their Markdown."""

import re
from collections import Counter
from dataclasses import dataclass

from bot.markup.normalise.stash import Stash
from bot.markup.normalise.wrappers import CALLOUTS, open_callout, open_details

_COLONS = re.compile(r"([ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?)(:{3,})[ \t]*(.*)")
_DIRECTIVE = re.compile(r"\{?\s*[.:]?(?:callout-)?([A-Za-z][\w-]*)\}?")
_TITLE = re.compile(r"""title\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_BANG = re.compile(
    r"([ \t]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?)(!!!|\?\?\?\+?|===[!+]?)[ \t]+([A-Za-z][\w-]*(?:[ \t]+[a-z-]+)*)?[ \t]*"
    r"""(?:"([^"]*)"|'([^']*)')?[ \t]*"""
)
_TOKEN = re.compile("\ufdd0\\d+\ufdd1")
_DETAILS = frozenset(("details", "spoiler", "collapse", "fold"))


def has_containers(text: str) -> bool:
    return _has_colons(text) or _has_bangs(text)


def unfold(text: str, stash: Stash) -> str:
    """`text` with its containers as HTML blocks; one that is never closed leaves its title."""
    if _has_colons(text):
        text = _unfold_colons(text, stash)
    if _has_bangs(text):
        text = _unfold_bangs(text, stash)
    return text


def _has_colons(text: str) -> bool:
    return ":" in text and ":::" in text


def _has_bangs(text: str) -> bool:
    """Whether a mark of MkDocs is in `text`: three characters take long to look for, a single one does not."""
    return (
        ("!" in text and "!!!" in text)
        or ("?" in text and "???" in text)
        or ("=" in text and '=== "' in text and '\n=== "' in f"\n{text}")
    )


def _unfold_colons(text: str, stash: Stash) -> str:
    lines = text.split("\n")
    opened: list[tuple[int, int]] = []  # line, number of colons
    lengths: Counter[int] = Counter()
    closers: dict[int, int] = {}
    fences: dict[int, re.Match[str]] = {}
    for number in [number for number, line in enumerate(lines) if ":::" in line]:
        match = _COLONS.fullmatch(lines[number])
        if match is None:
            continue
        fences[number] = match
        if match.group(3).strip(": \t"):
            opened.append((number, len(match.group(2))))
            lengths[len(match.group(2))] += 1
        elif opened:
            start, length = opened.pop()
            lengths[length] -= 1
            # As many colons close what as many opened; what was left open inside ends without a word.
            while length != len(match.group(2)) and lengths[len(match.group(2))]:
                start, length = opened.pop()
                lengths[length] -= 1
            closers[start] = number
    closing = {end: start for start, end in closers.items()}
    tags: dict[int, str] = {}
    for number, match in fences.items():
        prefix = match.group(1)
        if number in closing:
            lines[number] = _block(prefix, tags.get(closing[number], ""))
        elif number in closers:
            opener, tags[number] = _directive(match.group(3).strip(), stash)
            lines[number] = _block(prefix, opener)
    return "\n".join(lines)


def _directive(words: str, stash: Stash) -> tuple[str, str]:
    """The opening and the closing tag for what stands after the colons."""
    match = _DIRECTIVE.match(words)
    if match is None:
        return "", ""
    name, rest = match.group(1).lower(), words[match.end() :].strip()
    named = _TITLE.search(rest)
    if rest[:1] == "[" and rest[-1:] == "]" and rest.count("[") == 1:
        rest = rest[1:-1]
    title = (named.group(1) or named.group(2) or "") if named else rest.strip(" {}:")
    if "=" in title and named is None:
        title = ""
    if name in _DETAILS:
        return open_details(title, stash), "</details>"
    if name in CALLOUTS:
        return open_callout(name, title, stash), "</aside>"
    return title, ""


def _block(prefix: str, html: str) -> str:
    """`html` between blank lines of the same container."""
    blank = "".join(character if character in "> \t" else " " for character in prefix).rstrip(" \t")
    indent = "".join(character if character in "> \t" else " " for character in prefix)
    return f"{blank}\n{prefix}{html}\n{blank}" if prefix == indent else f"{prefix}{html}\n{blank}"


@dataclass(frozen=True, slots=True)
class _Open:
    indent: int
    prefix: str
    closer: str


def _unfold_bangs(text: str, stash: Stash) -> str:
    out: list[str] = []
    opened: list[_Open] = []
    lines = text.split("\n")
    marks = [mark for mark in ("!!!", "???", "===") if mark in text]
    body = ""  # what surely begins a line of the innermost container's body
    marked = {number for mark in marks for number, line in enumerate(lines) if mark in line}
    for number, source in enumerate(lines):
        if number not in marked:
            if not opened or not source:
                out.append(source)
                continue
            if source.startswith(body) and "\ufdd0" not in source:
                out.append(source[4 * len(opened) :])
                continue
        indent = _indent(source)
        if opened and indent < opened[-1].indent + 4 and source.strip():
            _close_deeper(indent, opened, out)
            body = " " * (opened[-1].indent + 4) if opened else ""
        line = _dedented(source, 4 * len(opened), stash) if opened else source
        match = _BANG.fullmatch(line) if number in marked else None
        if match is None or not _has_body(lines, number, indent):
            out.append(line)
            continue
        prefix = " " * len(match.group(1).expandtabs(4))
        opener, closer = _admonition(match, stash)
        out += ["", match.group(1) + opener, ""]
        opened.append(_Open(indent, prefix, closer))
        body = " " * (indent + 4)
    for closed in reversed(opened):
        out += ["", closed.prefix + closed.closer]
    return "\n".join(out)


def _close_deeper(indent: int, opened: list[_Open], out: list[str]) -> None:
    """End the containers whose body a line so far in does not belong to."""
    while opened and indent < opened[-1].indent + 4:
        closed = opened.pop()
        out += ["", closed.prefix + closed.closer, ""] if closed.closer else [""]


def _admonition(match: re.Match[str], stash: Stash) -> tuple[str, str]:
    mark = match.group(2)
    kind = (match.group(3) or "note").split()[0].lower()
    given = match.group(4) if match.group(4) is not None else match.group(5)
    title = given or ""
    if mark.startswith("==="):
        return f"**{title}**" if title else "", ""
    if mark.startswith("???"):
        return open_details(title or kind.capitalize(), stash), "</details>"
    if given == "":
        # MkDocs: quotes with nothing between them ask for a frame without a title.
        return "<blockquote>", "</blockquote>"
    return open_callout(kind, title, stash), "</aside>"


def _has_body(lines: list[str], number: int, indent: int) -> bool:
    for line in lines[number + 1 : number + 4]:
        if line.strip():
            return _indent(line) >= indent + 4
    return False


def _indent(line: str) -> int:
    expanded = line.expandtabs(4) if "\t" in line else line
    return len(expanded) - len(expanded.lstrip(" "))


def _dedented(line: str, columns: int, stash: Stash) -> str:
    """`line` without so much indentation, and the pieces of code set aside from it likewise."""

    def dedent(match: re.Match[str]) -> str:
        piece = stash.get(match.group()) or ""
        if "\n" not in piece:
            return match.group()
        first, *rest = piece.split("\n")
        return stash.put("\n".join((first, *(_cut(part, columns) for part in rest))))

    if "\ufdd0" in line:
        line = _TOKEN.sub(dedent, line)
    return _cut(line, columns)


def _cut(line: str, columns: int) -> str:
    expanded = line.expandtabs(4) if line[:1] == "\t" else line
    return expanded[min(columns, len(expanded) - len(expanded.lstrip(" "))) :]
