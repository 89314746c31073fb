"""TOML front matter by tomllib, numbers and dates as text, with the line of every key."""

import re
import tomllib
from datetime import date, datetime, time
from typing import Any

from bot.content.block import MAX_DEPTH, MAX_EVENTS, Block, FrontMatterError, Value
from bot.content.problems import Code

_STRINGS = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*',
    re.DOTALL,
)
_HEADER = re.compile(r"[ \t]*\[\[?[ \t]*[\"']?([^\]\"'.]+)")
_PAIR = re.compile(r"[ \t]*([A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')[ \t]*(?:\.[^=]*)?=[ \t]*(.*?)[ \t]*")
# tomllib refuses the whole block for one bad date, and any date not written as RFC 3339.
_BARE_DATE = re.compile(r"([ \t]*[A-Za-z0-9_-]+[ \t]*=[ \t]*)(\d{1,4}[-/.年][^#\n\"']*?)[ \t]*(#.*)?", re.DOTALL)


def load_toml(text: str) -> Block:
    """The block's keys and values. Raises FrontMatterError, with advice, when it cannot be read."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if bare := _BARE_DATE.fullmatch(line):
            lines[number] = f'{bare[1]}"{bare[2]}"'
    _refuse_depth(text)
    try:
        table = tomllib.loads("\n".join(lines), parse_float=str)
    except (ValueError, RecursionError) as error:
        # A ValueError beside TOMLDecodeError: an integer of more than 4,300 digits.
        raise _explain(lines, str(error)) from None
    block = Block()
    places = _places(lines)
    for key, value in table.items():
        block.put(key, _as_text(value), places.get(key, 0))
    block.lines = places | block.lines
    return block


def _refuse_depth(text: str) -> None:
    """Depth and size are told from the brackets and dots outside strings: tomllib recurses, and dots cost squares."""
    bare = _STRINGS.sub('""', text)
    depth = values = 0
    for match in re.finditer(r"[\[\]{},=\n]", bare):
        mark = match[0]
        depth += (mark in "[{") - (mark in "]}")
        values += mark in ",="
        if depth > MAX_DEPTH:
            at = bare.count("\n", 0, match.start())
            raise FrontMatterError(Code.FRONT_MATTER_TOO_DEEP, at, limit=str(MAX_DEPTH))
    if values > MAX_EVENTS:
        raise FrontMatterError(Code.FRONT_MATTER_TOO_MANY, 0, limit=str(MAX_EVENTS))
    for number, line in enumerate(bare.split("\n")):
        if line.partition("=")[0].count(".") >= MAX_DEPTH:
            raise FrontMatterError(Code.FRONT_MATTER_TOO_DEEP, number, limit=str(MAX_DEPTH))


def _explain(lines: list[str], message: str) -> FrontMatterError:
    where = re.search(r"at line (\d+)", message)
    if where:
        at = min(int(where[1]) - 1, len(lines) - 1)
    elif "end of document" in message:
        return _open_to_the_end(lines)
    else:
        # Without a place: an integer of thousands of digits.
        at = max(range(len(lines)), key=lambda number: len(lines[number]))
    shown = lines[at].strip()
    pair = _PAIR.fullmatch(lines[at])
    if "overwrite a value" in message or "declare" in message:
        key = pair[1] if pair else shown.strip("[] ")
        return FrontMatterError(Code.TOML_KEY_TWICE, at, key=key.strip("\"'"))
    colon = re.fullmatch(r"[ \t]*([\w-]+)[ \t]*[:：][ \t]*(.*?)[ \t]*", lines[at])
    if colon and not pair:
        return FrontMatterError(Code.TOML_COLON, at, text=shown, mended=f"{colon[1]} = {_toml_value(colon[2])}")
    above = _PAIR.fullmatch(lines[at - 1]) if at else None
    if pair and above and (slip := _open_list(at - 1, above)):
        return slip
    return (pair and _bad_value(at, pair)) or FrontMatterError(Code.FRONT_MATTER_UNREADABLE, at, text=shown)


def _open_to_the_end(lines: list[str]) -> FrontMatterError:
    """The last bracket or quote that was opened and never closed."""
    for at in range(len(lines) - 1, -1, -1):
        pair = _PAIR.fullmatch(lines[at])
        if slip := pair and _open_list(at, pair):
            return slip
        if pair and (slip := _bad_value(at, pair)) and slip.finding.code is Code.QUOTE_UNCLOSED:
            return slip
    at = max((number for number, line in enumerate(lines) if line.strip()), default=0)
    return FrontMatterError(Code.FRONT_MATTER_UNREADABLE, at, text=lines[at].strip())


def _open_list(at: int, pair: re.Match[str]) -> FrontMatterError | None:
    if not pair[2].startswith("[") or "]" in pair[2]:
        return None
    mended = f"{pair[1]} = {pair[2].rstrip(', ')}]"
    return FrontMatterError(Code.LIST_UNCLOSED, at, text=pair[0].strip(), mended=mended)


def _bad_value(at: int, pair: re.Match[str]) -> FrontMatterError | None:
    key, value = pair[1], pair[2]
    mark = value[:1]
    shown = pair[0].strip()
    if value and mark not in "\"'[{" and _toml_value(value) != value:
        return FrontMatterError(Code.VALUE_NEEDS_QUOTES, at, text=shown, mended=f"{key} = {_toml_string(value)}")
    if mark and mark in "\"'" and value.count(mark) in {1, 3}:
        return FrontMatterError(
            Code.QUOTE_UNCLOSED, at, text=shown, mended=f"{key} = {_toml_string(value.lstrip(mark))}"
        )
    if mark == '"' and "\\" in value:
        mended = f"{key} = {_toml_string(value[1:-1])}"
        return FrontMatterError(Code.VALUE_NEEDS_QUOTES, at, text=shown, mended=mended)
    return None


def _toml_string(text: str) -> str:
    return f"'{text}'" if ('"' in text or "\\" in text) and "'" not in text else f'"{text}"'


def _toml_value(text: str) -> str:
    is_typed = text in {"true", "false"} or re.fullmatch(r"[+-]?\d+(?:\.\d+)?", text) or text[:1] in {'"', "'", "["}
    return text if is_typed else _toml_string(text)


def _places(lines: list[str]) -> dict[str, int]:
    """The line of every key of the top level, tables included, and of `table.key` in those."""
    places: dict[str, int] = {}
    table = ""
    for number, line in enumerate(lines):
        if header := _HEADER.match(line):
            table = header[1].strip() + "."
            places.setdefault(header[1].strip(), number)
        elif pair := _PAIR.match(line):
            places.setdefault(table + pair[1].strip("\"'"), number)
    return places


def _as_text(value: Any) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _as_text(item) for key, item in value.items()}
    return str(value)
