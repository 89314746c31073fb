"""A question to the search index that both databases answer alike: which posts hold these tokens."""

from dataclasses import dataclass
from typing import TypeAlias

Clauses: TypeAlias = tuple[tuple[str, ...], ...]
"""Every clause must hold, by any of its tokens; a token that ends with `*` stands for all that begin with it."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """The newest `limit` posts that satisfy `clauses`, in their titles or anywhere, and `having` anywhere.

    None of them holds all the tokens of any of `without`.
    """

    clauses: Clauses
    limit: int
    title_only: bool = False
    having: Clauses = ()
    without: Clauses = ()
