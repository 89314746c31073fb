"""JSON front matter, numbers and booleans as text, with the line of every key."""

import json
import re
from typing import Any

from bot.content.block import MAX_CHARACTERS, MAX_DEPTH, MAX_EVENTS, Block, FrontMatterError, Value
from bot.content.problems import Code

_MARK = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\],:\n]')


class _Pairs(list[tuple[str, Any]]):
    """An object as it stands in the text: keys may come twice."""


def object_end(text: str, limit: int = MAX_CHARACTERS) -> int | None:
    """Where the object that `text` begins with ends; None when it does not within `limit` characters."""
    depth = 0
    for match in _MARK.finditer(text, 0, limit + 1):
        depth += (match[0] in "{[") - (match[0] in "}]")
        if depth == 0 and match[0] != "\n":
            return match.end()
    return None


def load_json(text: str) -> Block:
    """The block's keys and values; the outer braces may be missing (Hexo). Raises FrontMatterError."""
    bare = not text.lstrip().startswith("{")
    source = "{" + text + "}" if bare else text
    keys = _scan(source)
    try:
        pairs = json.loads(source, object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise _explain(source, error.lineno - 1, error.pos) from None
    if not isinstance(pairs, _Pairs):
        raise FrontMatterError(Code.FRONT_MATTER_NO_KEYS)
    block = Block()
    for (key, value), line in zip(pairs, keys, strict=True):
        block.put(key, _as_text(value), line)
    return block


def _scan(source: str) -> list[int]:
    """The lines of the outer object's keys; refuses what is too deep or too much before json recurses into it."""
    lines: list[int] = []
    line = depth = values = 0
    last_string = 0
    for match in _MARK.finditer(source):
        mark = match[0]
        if mark == "\n":
            line += 1
        elif mark[0] == '"':
            last_string = line
            values += 1
        elif mark == ":" and depth == 1:
            lines.append(last_string)
        elif mark in "{[":
            depth += 1
            if depth > MAX_DEPTH:
                raise FrontMatterError(Code.FRONT_MATTER_TOO_DEEP, line, limit=str(MAX_DEPTH))
        elif mark in "}]":
            depth -= 1
        values += mark == ","
        if values > MAX_EVENTS:
            raise FrontMatterError(Code.FRONT_MATTER_TOO_MANY, line, limit=str(MAX_EVENTS))
    return lines


def _explain(source: str, line: int, position: int) -> FrontMatterError:
    for comma in re.finditer(r",\s*[}\]]", source):
        if comma.start() <= position <= comma.end():
            return FrontMatterError(Code.JSON_COMMA, source.count("\n", 0, comma.start()))
    lines = source.split("\n")
    return FrontMatterError(Code.FRONT_MATTER_UNREADABLE, line, text=lines[min(line, len(lines) - 1)].strip())


def _as_text(value: Any) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _Pairs):
        return {key: _as_text(item) for key, item in value}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return None if value is None else str(value)
