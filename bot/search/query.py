"""Reads what a person typed: words and runs of characters, typed filters, and the question around them."""

from dataclasses import dataclass, field, replace

from bot.search.exclusions import take_exclusions
from bot.search.filters import Filters, nameless_filters, take_filters, without_filters
from bot.search.fold import fold, fold_spellings, storable
from bot.search.question import without_question
from bot.search.tokens import with_products
from bot.search.units import Join, Unit, joins_of, units_of

# Long queries are slow and no better; the rest is ignored.
MAX_CHARACTERS = 128
_READ = MAX_CHARACTERS * 8


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is what was typed, folded, without filters and excluded words.

    `core` is `units` without the question around them.
    `unread` holds filters whose value is no date, `nameless` those without a value, as typed.
    """

    text: str
    units: tuple[Unit, ...]
    core: tuple[Unit, ...]
    joins: tuple[Join, ...]
    core_joins: tuple[Join, ...]
    filters: Filters = field(default_factory=Filters)
    unread: tuple[str, ...] = ()
    nameless: tuple[str, ...] = ()


def parse(raw: str) -> Query:
    """The query in `raw`, of any length and content; nothing to look for gives no units."""
    folded = " ".join(fold(raw[:_READ]).split())
    filters, unread = take_filters(folded)
    without, phrases, wanted = take_exclusions(with_products(" ".join(fold_spellings(raw[:_READ]).split())))
    text = without_filters(wanted)[:MAX_CHARACTERS].strip()
    units, groups = units_of(text)
    core, core_groups = without_question(units, groups)
    return Query(
        text,
        tuple(units),
        tuple(core),
        joins_of(units, groups),
        joins_of(core, core_groups),
        replace(filters, without=without, without_phrases=phrases),
        unread,
        tuple(nameless_filters(folded)),
    )


def is_blank(raw: str) -> bool:
    """Whether nothing that can be seen was typed: spaces, and marks such as a zero-width space."""
    return not fold(readable(raw)).strip()


def as_typed(raw: str) -> str:
    """The words of a query in the person's own spelling, without filters, to be shown."""
    return without_filters(readable(raw))[:MAX_CHARACTERS]


def readable(raw: str) -> str:
    """As much of `raw` as is read."""
    return storable(raw[:_READ])
