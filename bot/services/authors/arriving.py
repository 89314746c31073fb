"""Files as they are sent, by their names: what each is in an upload, and how a bundle was packed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bot.content.frontmatter import HANDLERS
from bot.content.naming import is_post_name

FileKind: TypeAlias = Literal["post", "pasted", "image", "photo"]

# What browsers and phones add to the name of a file that comes a second time.
_AGAIN = re.compile(r"(?: ?\(\d{1,3}\)| copy(?: \d+)?| 副本)(?=\.\w+$)")

_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*?)[ \t#]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that came; a `photo` has a name only to tell it from others."""

    kind: FileKind
    name: str
    data: bytes


def kind_of(name: str) -> FileKind:
    """What a file of this name is in an upload."""
    return "post" if is_post_name(name) or name.lower().endswith(".txt") else "image"


def is_post_text(text: str) -> bool:
    """Whether a message is meant as a post: it starts with front matter."""
    return any(handler.detect(text) for handler in HANDLERS)


def heading_of(text: str) -> str:
    """The first heading of a text of several lines, which is meant as a post though it lacks front matter; else ""."""
    found = _HEADING.search(text)
    return found[1] if found and len([line for line in text.splitlines() if line.strip()]) > 1 else ""


def first_time(file: Arrived) -> Arrived:
    """The file under the name that it had before it was saved, or sent, a second time."""
    return replace(file, name=_AGAIN.sub("", file.name))


def wrapper(names: Sequence[str]) -> str:
    """The one folder that a whole bundle was packed in, unless it is a post's own."""
    first = {name.partition("/")[0] for name in names}
    if len(first) != 1 or any("/" not in name for name in names):
        return ""
    root = first.pop() + "/"
    is_own = any(re.fullmatch(r"index(?:\.\w+)?\.\w+", name.removeprefix(root), re.IGNORECASE) for name in names)
    return "" if is_own else root
