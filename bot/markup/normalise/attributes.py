"""Names and attributes, `{: .class}` of kramdown, `{width=50%}` of Pandoc, `^name` of Obsidian: for a theme alone."""

import re

from bot.markup.normalise.characters import CLOSE
from bot.markup.normalise.wrappers import CALLOUTS

_ATTRIBUTE = r"""(?:[#.][\w:.-]+|[\w-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s{}"']+))"""
_LIST = rf"\{{:?[ \t]*{_ATTRIBUTE}(?:[ \t]+{_ATTRIBUTE})*[ \t]*\}}"
# kramdown's alone on a line speaks of the block above it, or of the one below; `{:toc}` of the list above.
_LINE = re.compile(r"(\n[ \t>]*)\{:(?=[ \t]*[#.:/\w])([^{}\n]*)\}[ \t]*(?=\n|\Z)")
# Behind a link, an image or code; kramdown's behind emphasis too.
_BEHIND_LINK = re.compile(rf"(\]\((?:[^()\n]|\([^()\n]*\))*\)){_LIST}")
_BEHIND_CODE = re.compile(rf"(\ufdd1){_LIST}")
# The label of a displayed formula: `$$…$$ {#eq:loss}`.
_BEHIND_FORMULA = re.compile(rf"({CLOSE})[ \t]*{_LIST}")
# Obsidian's name of a block, at the end of it: `… ^37066d`.
_BLOCK_NAME = re.compile(r"\^(?<=[ \t\n]\^)[A-Za-z0-9-]{4,60}[ \t]*(?=\n|\Z)")
_KRAMDOWN = re.compile(r"\{:(?<=[\])*_>\ufdd1]\{:)(?=[ \t]*[#.\w])[^{}\n]*\}")
_CLASS = re.compile(r"\.(?:prompt-|notice--)?([a-z]+)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]")


def has_attributes(text: str) -> bool:
    return "{" in text and ("{:" in text or "){" in text or "`{." in text)


def drop_attributes(text: str) -> str:
    """`text` without attribute lists; a quote that one calls a note or a tip is a callout."""
    if "^" in text:
        text = _BLOCK_NAME.sub("", text)
    if "{" not in text:
        return text
    if "{:" in text:
        if _LINE.search(f"\n{text}"):
            text = _without_lines(text)
        text = _KRAMDOWN.sub("", text)
    if "){" in text:
        text = _BEHIND_LINK.sub(r"\1", text)
    if "{#" in text:
        text = _BEHIND_FORMULA.sub(r"\1", text)
    return _BEHIND_CODE.sub(r"\1", text) if "\ufdd1{" in text else text


def _without_lines(text: str) -> str:
    lines = text.split("\n")
    for number in [number for number, line in enumerate(lines) if "{:" in line]:
        match = _LINE.fullmatch(f"\n{lines[number]}")
        if match is None:
            continue
        # A line that is blank in its container ends nothing that it should not.
        lines[number] = match.group(1)[1:].rstrip(" \t")
        words = match.group(2).split()
        if "toc" in words and number and _ITEM.match(lines[number - 1]):
            lines[number - 1] = ""
        else:
            _name_quote(lines, number, words)
    return "\n".join(lines)


def _name_quote(lines: list[str], number: int, words: list[str]) -> None:
    """Give the quote beside a line the mark of the callout that the line names, if any."""
    names = [found[1] for word in words if (found := _CLASS.fullmatch(word))]
    kind = next((name for name in names if name in CALLOUTS), "")
    first = number
    while first and _is_quote(lines[first - 1]):
        first -= 1
    if first == number:
        first += 1
    if not kind or first >= len(lines) or not _is_quote(lines[first]):
        return
    before, _, _ = lines[first].partition(">")
    lines[first] = f"{before}> [!{kind}]\n{lines[first]}"


def _is_quote(line: str) -> bool:
    return line.lstrip(" \t")[:1] == ">"
