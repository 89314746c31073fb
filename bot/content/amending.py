"""One value of a post's front matter set in its text, every other line left as its author wrote it."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from bot.content.decode import decode
from bot.content.frontmatter import (
    HANDLERS,
    JsonHandler,
    OpenJsonHandler,
    SemicolonHandler,
    TomlHandler,
    read_front_matter,
)
from bot.content.problems import Code, ContentError, problem

Amended: TypeAlias = str | bool | tuple[str, ...]
"""A text, yes or no, or a list of names."""

_Lines: TypeAlias = list[str]
_TOML_TABLE = re.compile(r"[ \t]*\[")


def amend(file: str, data: bytes, key: str, value: Amended, *, aliases: Sequence[str] = ()) -> bytes:
    """`data`, the bytes of a post, with front matter `key` as `value`; UTF-8, line ends `\\n`.

    Other spellings of the key (`aliases`) are taken out. A post without front matter gets some, in YAML. Raises
    ContentError when the front matter cannot be read, or this key not set without touching others.
    """
    text = decode(file, data).text
    front = read_front_matter(file, text)
    if not front.is_present:
        return f"---\n{_yaml_line(key, value)}\n---\n\n{text.lstrip(chr(10))}".encode()
    handler = next(handler for handler in HANDLERS if handler.detect(text))
    block, _ = handler.split(text)
    start = handler.start(text)
    spellings = [name for name in front.values if name.casefold() in {key.casefold(), *map(str.casefold, aliases)}]
    if isinstance(handler, JsonHandler | SemicolonHandler | OpenJsonHandler):
        changed = _in_json(block, spellings, key, value)
    else:
        first = text.count("\n", 0, start) + 1
        lines = {name: line - first for name, line in front.lines.items()}
        line_of, ends = (_toml_line, _toml_ends) if isinstance(handler, TomlHandler) else (_yaml_line, _yaml_ends)
        changed = _in_lines(block, {name: lines[name] for name in spellings}, line_of(key, value), ends)
    made = text[:start] + changed + text[start + len(block) :]
    rest = {name: given for name, given in front.values.items() if name not in spellings}
    if not _says(file, made, rest | {key: value}):
        raise ContentError(problem(Code.NOT_REWRITABLE, file, key=key))
    return made.encode()


def _says(file: str, made: str, wanted: Mapping[str, object]) -> bool:
    """Whether the front matter that was made holds exactly this."""
    try:
        after = read_front_matter(file, made).values
    except ContentError:
        return False
    return after == {name: _as_read(value) for name, value in wanted.items()}


def _as_read(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return list(value) if isinstance(value, tuple) else value


def _in_lines(block: str, at: dict[str, int], line: str, ends: Callable[[str], bool]) -> str:
    """The block with `line` in the place of the first of the keys at these lines, the others taken out."""
    lines = block.split("\n")
    starts = sorted(set(at.values()))
    if not starts:
        place = next((number for number, one in enumerate(lines) if _TOML_TABLE.match(one)), len(lines))
        if ends is not _toml_ends or place == len(lines):
            place = len(lines) - 1 if lines[-1] == "" else len(lines)
        return "\n".join([*lines[:place], line, *lines[place:]])
    gone = {number for start in starts for number in range(start, _end(lines, start, ends))}
    kept = [line if number == starts[0] else one for number, one in enumerate(lines)]
    return "\n".join(one for number, one in enumerate(kept) if number == starts[0] or number not in gone)


def _end(lines: _Lines, start: int, ends: Callable[[str], bool]) -> int:
    """The line after the value that begins on line `start`; blank lines below it belong to what follows."""
    end = start + 1
    while end < len(lines) and not ends(lines[end]):
        end += 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _yaml_ends(line: str) -> bool:
    """Whether a line begins another key: neither indented, nor a list item, nor a bracket that closes."""
    return bool(line) and line[0] not in " \t-]}" and not line.startswith("#")


def _toml_ends(line: str) -> bool:
    return re.match(r"[ \t]*(?:[\w\"'.-]+[ \t]*=|\[{1,2}[^\],]+\]{1,2}[ \t]*(?:#.*)?$)", line) is not None


def _yaml_line(key: str, value: Amended) -> str:
    if isinstance(value, bool):
        return f"{key}: {str(value).lower()}"
    if isinstance(value, tuple):
        return f"{key}: [{', '.join(map(_quoted, value))}]"
    return f"{key}: {value if re.fullmatch(r'[0-9T:+-]+', value) else _quoted(value)}"


def _toml_line(key: str, value: Amended) -> str:
    if isinstance(value, bool):
        return f"{key} = {str(value).lower()}"
    if isinstance(value, tuple):
        return f"{key} = [{', '.join(map(_quoted, value))}]"
    return f"{key} = {_quoted(value)}"


def _in_json(block: str, spellings: Sequence[str], key: str, value: Amended) -> str:
    is_open = not block.lstrip().startswith("{")
    try:
        fields = json.loads(f"{{{block}}}" if is_open else block)
    except ValueError:
        return block
    kept = {name: given for name, given in fields.items() if name not in spellings}
    written = json.dumps(kept | {key: list(value) if isinstance(value, tuple) else value}, ensure_ascii=False, indent=2)
    tail = block[len(block.rstrip()) :]
    if is_open:
        written = "\n".join(line.removeprefix("  ") for line in written.split("\n")[1:-1])
    return written + tail


def _quoted(value: str) -> str:
    # A JSON string is one of YAML and of TOML too.
    return json.dumps(value, ensure_ascii=False)
