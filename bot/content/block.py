"""What a handler makes of a front matter block: plain values, with the line of every key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.content.decode import printable
from bot.content.problems import Code

# More than any post has; what 100 kB of it can do to a parser is measured in minutes.
MAX_CHARACTERS = 16 * 1024
MAX_DEPTH = 8
MAX_EVENTS = 2000

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
"""Scalars stay text as written (`1.10`, `No`, `2026-13-45`); None is an empty value."""

# Keys that tell front matter from a text that happens to begin with a rule.
WELL_KNOWN = frozenset(
    {"title", "date", "draft", "tags", "tag", "categories", "category", "layout", "slug", "description", "summary"}
    | {"keywords", "author", "authors", "lang", "aliases", "cover", "image", "published", "permalink", "url", "weight"}
    | {"lastmod", "updated", "publishdate", "excerpt", "toc", "created", "subtitle", "type", "id", "publish"}
)
WELL_KNOWN_PATTERN = "|".join(sorted(WELL_KNOWN))


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem inside a block, at `line` of the block, from 0; `first_line`, also of the block, is a fact too."""

    code: Code
    line: int
    facts: Mapping[str, str]
    first_line: int | None = None


class Block(dict[str, Value]):
    """The values of a front matter block by key; `lines` counts from 0 in the block, `findings` cost one value each."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}
        self.findings: list[Finding] = []

    def find(self, code: Code, line: int, **facts: str) -> None:
        """Note a problem that costs one value."""
        self.findings.append(Finding(code, line, facts))

    def put(self, key: str, value: Value, line: int) -> None:
        """Set `key`; given twice, the last counts, and that is said."""
        key = printable(key).strip()
        if key in self.lines:
            self.findings.append(Finding(Code.KEY_TWICE, line, {"key": key}, self.lines[key]))
        self[key] = scrub(value)
        self.lines[key] = line


class FrontMatterError(ValueError):
    """The block cannot be read at all. A ValueError, which python-frontmatter takes as "no front matter here".

    `others` stop it too, once `finding` is mended as advised; `mended` is the block with all of them mended, where that
    is enough.
    """

    def __init__(self, code: Code, line: int = 0, **facts: str) -> None:
        super().__init__(code)
        self.finding = Finding(code, line, facts)
        self.others: tuple[Finding, ...] = ()
        self.mended: Block | None = None


def scrub(value: Value) -> Value:
    """`value` without what an escape such as `"\\u0000"` can bring in, and PostgreSQL or a screen cannot take."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [scrub(item) for item in value]
    if isinstance(value, dict):
        return {printable(key): scrub(item) for key, item in value.items()}
    return None


def looks_like_keys(block: str, separator: str) -> bool:
    """Whether these lines are meant as front matter, readable or not; `separator` stands between key and value.

    One well-known key is enough. Without one, every line at the margin must be a key, a list item or a comment, and
    the first must follow the opening mark at once: a rule is followed by a blank line, front matter is not.
    """
    lines = [line for line in block.split("\n") if line[:1] not in {"", " ", "\t", "#"}]
    well_known = re.compile(rf"[\"']?(?:{WELL_KNOWN_PATTERN})[\"']?[ \t]*[{separator}]", re.IGNORECASE)
    if any(well_known.match(line) for line in lines):
        return True
    if not block.split("\n", 1)[0].strip():
        return False
    # A key in one word may be of any length; it is told to be too long, and not taken for a text.
    apart = rf"[{separator}](?:\s|$)" + ("|=" if "=" in separator else "")
    key = re.compile(rf"[^\s:=#>*+`\[\]{{}}!|-](?:[^:=]{{0,60}}|[^\s:=]*)(?:{apart})|{{\s*[\"\w]+\s*:")
    other = re.compile(r"-\s|\[|[{}]\s*$")
    return any(key.match(line) for line in lines) and all(key.match(line) or other.match(line) for line in lines)
