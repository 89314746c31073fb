"""Front matter split from the text and read: YAML, TOML, JSON, and Hexo's forms without an opening mark.

The handlers have python-frontmatter's interface and are called directly: its own `parse` strips the text on both
sides, which takes the indent from a code block that opens a post.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from frontmatter.default_handlers import BaseHandler

from bot.content.block import (
    MAX_CHARACTERS,
    WELL_KNOWN_PATTERN,
    Block,
    Finding,
    FrontMatterError,
    Value,
    looks_like_keys,
)
from bot.content.json_block import load_json, object_end
from bot.content.problems import Code, ContentError, problem
from bot.content.sizes import file_size
from bot.content.toml_block import load_toml
from bot.content.yaml_block import load_yaml
from bot.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The values by key as spelled, the file's line of each key, and the text below with its first line (from 1)."""

    values: Mapping[str, Value]
    lines: Mapping[str, int]
    body: str
    body_line: int
    is_present: bool
    problems: tuple[Problem, ...]


class UnreadableError(ContentError):
    """Front matter that cannot be read: every line that stops it, and what it says once they are mended as advised."""

    def __init__(self, problems: tuple[Problem, ...], mended: FrontMatter | None) -> None:
        super().__init__(problems[0])
        self.problems = problems
        self.mended = mended


class MarkedHandler(BaseHandler):
    """A block that ends at a line holding only a mark."""

    # What stands before the block; the mark, where there is one, is group 1.
    FM_BOUNDARY = re.compile(r"(?!)")
    CLOSING = re.compile(r"(?!)")
    # With a full-width colon the author meant a key, and is told.
    SEPARATOR = ":："

    def detect(self, text: str) -> bool:
        """Whether the text begins with front matter, readable or not; a rule above a text is none."""
        opening = self.FM_BOUNDARY.match(text)
        if opening is None:
            return False
        closing = self._closing(text, opening)
        if closing is not None:
            block = text[opening.end() : closing.start()]
            return not block.strip() or looks_like_keys(block, self.SEPARATOR)
        # Not closed: only a key right below the mark shows that front matter was meant.
        return bool(opening.re.groups) and looks_like_keys(text[opening.end() :].split("\n", 1)[0], self.SEPARATOR)

    def split(self, text: str) -> tuple[str, str]:
        """The block, and all below its closing line as it stands. Raises FrontMatterError."""
        opening = self.FM_BOUNDARY.match(text)
        closing = opening and self._closing(text, opening)
        if opening is None or closing is None:
            raise FrontMatterError(Code.FRONT_MATTER_UNCLOSED, -1, mark=opening[1] if opening else "---")
        return text[opening.end() : closing.start()], text[closing.end() :]

    def start(self, text: str) -> int:
        """The offset at which the block begins."""
        opening = self.FM_BOUNDARY.match(text)
        return opening.end() if opening else 0

    def load(self, fm: str) -> Block:
        raise NotImplementedError

    def _closing(self, text: str, opening: re.Match[str]) -> re.Match[str] | None:
        for closing in self.CLOSING.finditer(text, opening.end()):
            # A longer rule opens and closes with the same number of marks.
            if not opening.re.groups or closing[1] in {opening[1], "..."}:
                return closing
        return None


class YamlHandler(MarkedHandler):
    FM_BOUNDARY = re.compile(r"(?:[ \t]*\n)*(-{3,})[ \t]*\n")
    CLOSING = re.compile(r"^(-{3,}|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)

    def load(self, fm: str) -> Block:
        return load_yaml(fm)


class TomlHandler(MarkedHandler):
    FM_BOUNDARY = re.compile(r"(?:[ \t]*\n)*(\+{3,})[ \t]*\n")
    CLOSING = re.compile(r"^(\+{3,})[ \t]*(?:\n|\Z)", re.MULTILINE)
    # A colon is a slip, but shows what was meant.
    SEPARATOR = "=:"

    def load(self, fm: str) -> Block:
        return load_toml(fm)


class SemicolonHandler(MarkedHandler):
    """Hexo's JSON between `;;;`."""

    FM_BOUNDARY = re.compile(r"(?:[ \t]*\n)*(;{3,})[ \t]*\n")
    CLOSING = re.compile(r"^(;{3,})[ \t]*(?:\n|\Z)", re.MULTILINE)

    def load(self, fm: str) -> Block:
        return load_json(fm)


class OpenYamlHandler(YamlHandler):
    """Hexo's YAML with nothing above it: the text must begin with a well-known key, all else at the margin be keys."""

    FM_BOUNDARY = re.compile(rf"(?=(?:{WELL_KNOWN_PATTERN})[ \t]*:[ \t\n])")

    def detect(self, text: str) -> bool:
        opening = self.FM_BOUNDARY.match(text)
        closing = opening and self._closing(text, opening)
        if closing is None:
            return False
        margin = [line for line in text[: closing.start()].split("\n") if line[:1] not in {"", " ", "\t", "#"}]
        # `title: x` alone above a rule would be a heading of Markdown; Hexo reads it as front matter all the same.
        return len(text[: closing.start()]) <= MAX_CHARACTERS and all(
            re.match(r"[A-Za-z_][\w-]*[ \t]*:(?:\s|$)|-\s|[\]}]", line) for line in margin
        )


class OpenJsonHandler(SemicolonHandler):
    """Hexo's JSON with nothing above it, closed by `;;;`."""

    FM_BOUNDARY = re.compile(r'(?=\s*"[^"\n]+"[ \t]*:)')


class JsonHandler(BaseHandler):
    """An object the text begins with."""

    FM_BOUNDARY = re.compile(r'\s*(?=\{\s*(?:"|\}))')

    def detect(self, text: str) -> bool:
        """Whether the text begins with an object of keys; `{% raw %}` and prose in braces are none."""
        if self.FM_BOUNDARY.match(text) is None:
            return False
        start = self.start(text)
        if object_end(text[start:]) is not None:
            return True
        return re.match(rf'\{{\s*"(?:{WELL_KNOWN_PATTERN})"\s*:', text[start:]) is not None

    def split(self, text: str) -> tuple[str, str]:
        """The object, and all below its last line. Raises FrontMatterError."""
        start = self.start(text)
        end = object_end(text[start:], limit=len(text))
        if end is None:
            raise FrontMatterError(Code.FRONT_MATTER_UNCLOSED, mark="}")
        below = re.compile(r"[ \t]*\n?").match(text, start + end)
        return text[start : start + end], text[below.end() if below else start + end :]

    def start(self, text: str) -> int:
        """The offset at which the object begins."""
        opening = self.FM_BOUNDARY.match(text)
        return opening.end() if opening else 0

    def load(self, fm: str) -> Block:
        return load_json(fm)


HANDLERS = (YamlHandler(), TomlHandler(), JsonHandler(), SemicolonHandler(), OpenYamlHandler(), OpenJsonHandler())


def read_front_matter(file: str, text: str) -> FrontMatter:
    """The text's front matter. Raises UnreadableError when there is one that cannot be read at all."""
    handler = next((handler for handler in HANDLERS if handler.detect(text)), None)
    if handler is None:
        return FrontMatter({}, {}, text, 1, False, ())
    first_line = text.count("\n", 0, handler.start(text)) + 1
    body = ""
    try:
        fm, body = handler.split(text)
        if len(fm) > MAX_CHARACTERS:
            raise FrontMatterError(Code.FRONT_MATTER_TOO_LONG, limit=file_size(MAX_CHARACTERS))
        block = handler.load(fm)
    except FrontMatterError as error:
        problems = tuple(_located(file, finding, first_line) for finding in (error.finding, *error.others))
        mended = _front_matter(file, text, error.mended, body, first_line) if error.mended is not None else None
        raise UnreadableError(problems, mended) from None
    return _front_matter(file, text, block, body, first_line)


def _front_matter(file: str, text: str, block: Block, body: str, first_line: int) -> FrontMatter:
    return FrontMatter(
        values=MappingProxyType(block),
        lines={key: line + first_line for key, line in block.lines.items()},
        body=body,
        body_line=text.count("\n", 0, len(text) - len(body)) + 1,
        is_present=True,
        problems=tuple(_located(file, finding, first_line) for finding in block.findings),
    )


def _located(file: str, finding: Finding, first_line: int) -> Problem:
    facts = dict(finding.facts)
    if finding.first_line is not None:
        facts["first"] = str(finding.first_line + first_line)
    return problem(finding.code, file, finding.line + first_line, **facts)
