"""The parts of a formula, as far as one line of text can show them."""

from dataclasses import dataclass
from typing import TypeAlias


class NotLinearError(Exception):
    """The formula says something that a line of text would lose."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One sign, number or word. `kind` is a kind of symbols.py, or number, word, space."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Script:
    """`base` is None when nothing stands before the script; `primes` counts the `'` after the base."""

    base: "Node | None"
    sub: "Node | None" = None
    sup: "Node | None" = None
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Fraction:
    numerator: "Node"
    denominator: "Node"


@dataclass(frozen=True, slots=True)
class Root:
    radicand: "Node"
    index: "Node | None"


@dataclass(frozen=True, slots=True)
class Fenced:
    """What stands between `\\left` and `\\right`; an absent delimiter is empty."""

    left: str
    body: "Node"
    right: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows under each other, as in `aligned`."""

    rows: "tuple[Node, ...]"


Node: TypeAlias = Glyph | Row | Script | Fraction | Root | Fenced | Lines


def items_of(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Row) else (node,)


def single(node: Node) -> Node:
    """A node out of the braces that hold it alone."""
    while isinstance(node, Row) and len(node.items) == 1:
        node = node.items[0]
    return node


def letters_of(node: Node) -> str:
    """The signs of a node without structure; a NUL stands for any structure."""
    return "".join(item.text if isinstance(item, Glyph) else "\0" for item in items_of(node))
