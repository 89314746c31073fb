"""Why a YAML block cannot be read, in the author's terms, and the line as it should be.

YAML's own messages name tokens and often a later line; authors make the same few slips, and each is recognised here.
"""

import re

import yaml

from bot.content.block import WELL_KNOWN, FrontMatterError
from bot.content.problems import Code

# A slip shows where YAML says or a few lines above (an unclosed quote); then anywhere.
_LINES_ABOVE = 3

_PAIR = re.compile(
    r"(?P<indent>[ \t]*)(?P<head>(?:-[ \t]+)?[^\s:#\"'\[{-][^:#]*?[ \t]*:[ \t]+|-[ \t]+)(?P<value>\S.*?)[ \t]*"
)
_TIGHT = re.compile(r"([A-Za-z_]\w*):([^\s:/].*)")
_WIDE = re.compile(r"([\w-]+)[ \t]*：[ \t]*(.*)")
_KEY = re.compile(r"[ \t]*(?:-[ \t]+)?(?:\"[^\"]*\"|'[^']*'|[^\s:][^:]*)[ \t]*:(?:\s|$)|[ \t]*-(?:\s|$)")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
# Characters no plain value may begin with.
_FORBIDDEN_STARTS = "%@`,]}"


def explain(text: str, error: yaml.MarkedYAMLError) -> FrontMatterError:
    """The problem behind YAML's `error`, at the line where the author finds it."""
    lines = text.split("\n")
    mark = error.problem_mark or error.context_mark
    at = min(mark.line if mark else 0, len(lines) - 1)
    if found := find_slip(lines, at):
        return found
    if re.search(r"indent|did not find expected|mapping values", str(error.problem)) and lines[at][:1] in {" ", "\t"}:
        return FrontMatterError(Code.YAML_INDENT, at, text=lines[at].strip())
    return FrontMatterError(Code.FRONT_MATTER_UNREADABLE, at, text=lines[at].strip())


def find_slip(lines: list[str], at: int) -> FrontMatterError | None:
    """The slip nearest to line `at`, looking up from there first."""
    nearest = range(at, max(-1, at - _LINES_ABOVE - 1), -1)
    # Farther off, an indented line may be text of a block scalar, where anything goes.
    others = (number for number, line in enumerate(lines) if line[:1] not in {" ", "\t"})
    found = next((slip for number in (*nearest, *others) if (slip := _slip(lines, number))), None)
    if found and found.finding.code is Code.FRONT_MATTER_UNCLOSED:
        # Of a text that was taken for front matter, the first line is the one to close above.
        return next(slip for number in range(len(lines)) if (slip := _unclosed(lines, number)))
    return found


def quote(value: str) -> str:
    """`value` as a YAML string: in double quotes, or in single ones when it holds double quotes or backslashes."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def quoted_line(line: str) -> str:
    """The line with its value in quotes, as advice."""
    match = _PAIR.fullmatch(line)
    return match["head"].strip() + " " + quote(match["value"]) if match else quote(line.strip())


def _slip(lines: list[str], number: int) -> FrontMatterError | None:
    line = lines[number]
    shown = line.strip()
    if not shown or shown.startswith("#"):
        return None
    if re.match(r" *\t", line):
        return FrontMatterError(Code.YAML_TAB, number)
    if wide := _WIDE.fullmatch(line):
        return FrontMatterError(Code.COLON_FULL_WIDTH, number, text=shown, mended=f"{wide[1]}: {_safe(wide[2])}")
    tight = _TIGHT.fullmatch(line)
    if tight and tight[1].casefold() in WELL_KNOWN:
        return FrontMatterError(Code.COLON_NEEDS_SPACE, number, text=shown, mended=f"{tight[1]}: {_safe(tight[2])}")
    if pair := _PAIR.fullmatch(line):
        return _bad_value(lines, number, pair)
    if _KEY.match(line) or line[:1] in {" ", "\t"}:
        return None
    return _unclosed(lines, number) or FrontMatterError(Code.LINE_NOT_KEY, number, text=shown)


def _unclosed(lines: list[str], number: int) -> FrontMatterError | None:
    """Words at the margin below a blank line: the text has begun, and the front matter was never closed."""
    line = lines[number]
    begins = bool(line.strip()) and line[0] not in " \t#" and not _KEY.match(line)
    if begins and number and not lines[number - 1].strip():
        return FrontMatterError(Code.FRONT_MATTER_UNCLOSED, number, mark="---")
    return None


def _bad_value(lines: list[str], number: int, pair: re.Match[str]) -> FrontMatterError | None:
    value = pair["value"]
    head = pair["head"].strip()
    shown = lines[number].strip()
    if value[0] in "\"'":
        quoted = _QUOTED.match(value)
        rest = value[quoted.end() :].strip() if quoted else ""
        if quoted is None and _closes_later(lines, number, value[0]):
            return None
        if quoted is None:
            mended = f"{head} {quote(value[1:])}"
            return FrontMatterError(Code.QUOTE_UNCLOSED, number, text=shown, mended=mended)
        if rest and not rest.startswith("#"):
            return FrontMatterError(Code.VALUE_NEEDS_QUOTES, number, text=shown, mended=f"{head} {_whole(value)}")
        return None
    if value[0] in "[{":
        return _bad_flow(lines, number, pair)
    plain = re.split(r"[ \t]+#", value, maxsplit=1)[0]
    if _needs_quotes(plain):
        return FrontMatterError(Code.VALUE_NEEDS_QUOTES, number, text=shown, mended=f"{head} {quote(plain)}")
    return None


def _bad_flow(lines: list[str], number: int, pair: re.Match[str]) -> FrontMatterError | None:
    value, head, shown = pair["value"], pair["head"].strip(), lines[number].strip()
    close = {"[": "]", "{": "}"}[value[0]]
    bare = _QUOTED.sub("", value)
    if close in bare:
        rest = bare[bare.rindex(close) + 1 :].strip()
        if rest and not rest.startswith("#"):
            return FrontMatterError(Code.VALUE_NEEDS_QUOTES, number, text=shown, mended=f"{head} {quote(value)}")
        if value[0] == "[" and re.search(r"(?:^|[\[,])\s*[#@%`&*!]", bare):
            items = [item.strip().strip("\"'") for item in value.strip("[]").split(",")]
            listed = ", ".join(quote(item) for item in items if item)
            return FrontMatterError(Code.VALUE_NEEDS_QUOTES, number, text=shown, mended=f"{head} [{listed}]")
        return None
    following = lines[number + 1] if number + 1 < len(lines) else ""
    if not following.strip() or (_KEY.match(following) and following[0] not in " \t-"):
        mended = f"{head} {value.rstrip(', ')}{close}"
        return FrontMatterError(Code.LIST_UNCLOSED, number, text=shown, mended=mended)
    return None


def _needs_quotes(value: str) -> bool:
    return (
        ": " in value
        or value.endswith(":")
        or value[0] in _FORBIDDEN_STARTS
        or value.startswith(("- ", "? ", "*", "&", "!"))
    )


def _closes_later(lines: list[str], number: int, mark: str) -> bool:
    """Whether a quote opened on this line is closed before the next key: then it is not the slip."""
    for line in lines[number + 1 :]:
        if re.match(r"[\w-]+:(?:\s|$)", line):
            return False
        if mark in line:
            return True
    return False


def _safe(value: str) -> str:
    return quote(value) if value and (value[0] in _FORBIDDEN_STARTS or ": " in value) else value


def _whole(value: str) -> str:
    """`"A" and B` or `'it's'` in quotes that fit."""
    if value[0] == value[-1] and len(value) > 2:
        return quote(value[1:-1])
    return quote(value)
