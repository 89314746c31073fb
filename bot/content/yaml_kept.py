"""Values that YAML would change behind the author's back, kept as written: `Top #1 trick`, `"On \\alpha"`.

Works line by line before YAML does, so that the numbers of lines stay; block scalars (`|`, `>`) are left alone.
"""

import re
from collections.abc import Iterator

from bot.content.block import Finding
from bot.content.problems import Code

# Keys whose values are words, in which `#` is hardly ever the start of a comment.
_WORDY = frozenset(
    {"title", "subtitle", "linktitle", "description", "summary", "excerpt", "category", "categories", "tag", "tags"}
    | {"keywords", "aliases", "name", "title_zh", "title_en", "description_zh", "description_en"}
)
_LINE = re.compile(r"(?P<head>[^\s:#\"'\[{-][^:#\n]*?[ \t]*:[ \t]+|[ \t]*-[ \t]+)(?P<value>\S.*?)[ \t]*")
_TOP_KEY = re.compile(r"([^\s:#-][^:#]*?)[ \t]*:(?:\s|$)")
_BLOCK_SCALAR = re.compile(r"(?:.*[:-][ \t]+)?[|>][-+0-9]*[ \t]*(?:#.*)?")
# A hash with a space after it (`draft: true # for now`) stays a comment.
_HASH = re.compile(r"(?:^|(?<=[ \t]))#[^\s#].*")
_DOUBLE_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[A-Za-z]+|.)")
# LaTeX that begins like the escapes for line feed, tab and carriage return.
_LATEX = frozenset(
    {"nabla", "ne", "neq", "neg", "ni", "nmid", "not", "notin", "nu", "tan", "tanh", "tau", "text", "textbf", "textit"}
    | {"tfrac", "theta", "tilde", "times", "to", "top", "triangle", "rangle", "rceil", "rfloor", "rho", "right"}
    | {"rightarrow", "rm"}
)


def keep_as_written(text: str) -> tuple[str, list[Finding]]:
    """The block with such values quoted or escaped, and a finding for each."""
    if "#" not in text and "\\" not in text:
        return text, []
    lines = text.split("\n")
    findings: list[Finding] = []
    key = ""
    for number in _outside_block_scalars(lines):
        top = _TOP_KEY.match(lines[number])
        key = top[1] if top else key
        match = _LINE.fullmatch(lines[number])
        if match is None:
            continue
        if match["value"][0] in '"[':
            kept, finding = _without_escapes(number, match)
        elif key.casefold() in _WORDY:
            kept, finding = _without_comment(number, match)
        else:
            continue
        lines[number] = kept
        if finding:
            findings.append(finding)
    return "\n".join(lines), findings


def _outside_block_scalars(lines: list[str]) -> Iterator[int]:
    opened_at: int | None = None
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if opened_at is not None and (not line.strip() or indent > opened_at):
            continue
        opened_at = indent if _BLOCK_SCALAR.fullmatch(line) else None
        yield number


def _without_escapes(number: int, match: re.Match[str]) -> tuple[str, Finding | None]:
    head, value = match["head"], match["value"]
    kept = _DOUBLE_QUOTED.sub(lambda quoted: '"' + _ESCAPE.sub(_mended_escape, quoted[1]) + '"', value)
    if kept == value:
        return match[0], None
    single = _DOUBLE_QUOTED.sub(lambda quoted: "'" + quoted[1].replace("'", "''") + "'", value)
    facts = {"text": match[0].strip(), "mended": f"{head.strip()} {single}"}
    return head + kept, Finding(Code.BACKSLASH_KEPT, number, facts)


def _without_comment(number: int, match: re.Match[str]) -> tuple[str, Finding | None]:
    head, value = match["head"], match["value"]
    cut = _HASH.search(value)
    # What is quoted already cannot be cut; what has a second colon is refused with advice of its own.
    if cut is None or value[0] in "'{|>&*!%@`" or ": " in value:
        return match[0], None
    kept = head + "'" + value.replace("'", "''") + "'"
    return kept, Finding(Code.HASH_KEPT, number, {"hash": cut[0], "mended": kept.strip()})


def _mended_escape(match: re.Match[str]) -> str:
    name = match[1]
    is_code = re.fullmatch(r"x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}", name)
    if is_code or name in {'"', "\\", "/", "0", "n", "t", "r"} or (name[0] in "ntr" and name not in _LATEX):
        return match[0]
    return "\\" + match[0]
