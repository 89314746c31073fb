"""Typed filters: `category:NLP`, `tag:"low rank"`, `after:2025-06`, in either language, anywhere in a query."""

import re
from dataclasses import dataclass
from datetime import date

from bot.search.document import typed_key

_TOPICS, _DAYS = "category|tag|分类|标签", "after|before|之后|之前"
# The next word is a name after a space too, unless it begins a filter of its own; it is a day when it has a year.
_FILTER = re.compile(
    rf"""(?<!\S)(?P<name>(?P<topic>{_TOPICS})|{_DAYS})[:：]"""
    rf"""(?:\s+(?(topic)(?=\S)(?!(?:{_TOPICS}|{_DAYS})[:：])|(?=\d{{4}})))?"""
    r"""(?P<value>"[^"]*"?|\S*)""",
    re.IGNORECASE,
)
_FILTER_NAMES = {"分类": "category", "标签": "tag", "之后": "after", "之前": "before"}
_DATED = ("after", "before")
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_DATE_IN_CHINESE = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})[日号號])?)?")


@dataclass(frozen=True, slots=True)
class Filters:
    """What every result must have: of each category and tag one of its keys; `after` inclusive, `before` exclusive.

    It holds none of the words `without`, each given by its tokens, and none of the phrases `without_phrases`, folded.
    """

    categories: tuple[tuple[str, ...], ...] = ()
    tags: tuple[tuple[str, ...], ...] = ()
    after: date | None = None
    before: date | None = None
    without: tuple[tuple[str, ...], ...] = ()
    without_phrases: tuple[str, ...] = ()

    @property
    def leaves_no_day(self) -> bool:
        """Whether no day is both on or after the one and before the other."""
        return self.after is not None and self.before is not None and self.after >= self.before


@dataclass(frozen=True, slots=True)
class TypedFilter:
    """A filter in the person's own spelling; `kind` is category, tag, after or before."""

    kind: str
    value: str


def typed_filters(text: str) -> list[TypedFilter]:
    """The filters in a text, those of no value and of no date left out."""
    found = [_typed(match) for match in _FILTER.finditer(text)]
    return [one for one in found if one.value and (one.kind not in _DATED or read_date(one.value))]


def nameless_filters(text: str) -> list[str]:
    """Filters by category and tag without a value, as typed: `tag:`, or `tag:"` with the name still to come."""
    return [
        match.group() for match in _FILTER.finditer(text) if (one := _typed(match)).kind not in _DATED and not one.value
    ]


def with_value(text: str, wrong: TypedFilter, value: str) -> str:
    """`text` with another value in the place of that of a filter, and of what of it was typed after a space."""
    mended, position = [], 0
    for match in _FILTER.finditer(text):
        if _typed(match) == wrong:
            given = f'"{value}"' if " " in value else value
            mended += [text[position : match.start()], f"{match['name']}:{given}"]
            position = match.end() + _gone_on(text[match.end() :], wrong.value, value)
    return "".join([*mended, text[position:]])


def _gone_on(rest: str, typed: str, value: str) -> int:
    """How many characters of `rest` are the end of `value`, which begins as `typed` does: `category:Large Model`."""
    tail = value[len(typed) :].casefold()
    begins = value[: len(typed)].casefold() == typed.casefold() and tail.startswith(" ")
    is_whole = rest[: len(tail)].casefold() == tail and not rest[len(tail) : len(tail) + 1].strip()
    return len(tail) if begins and is_whole else 0


def without_filters(text: str) -> str:
    """What is left of a text when its filters are taken out."""
    return " ".join(_FILTER.sub(" ", text).split())


def take_filters(folded: str) -> tuple[Filters, tuple[str, ...]]:
    """The filters of a folded text, and those whose value is no date."""
    typed = typed_filters(folded)
    dates = {kind: [day for one in typed if one.kind == kind and (day := read_date(one.value))] for kind in _DATED}
    filters = Filters(
        tuple((typed_key(one.value),) for one in typed if one.kind == "category"),
        tuple((typed_key(one.value),) for one in typed if one.kind == "tag"),
        max(dates["after"], default=None),
        min(dates["before"], default=None),
    )
    return filters, tuple(_unread(folded))


def _unread(text: str) -> list[str]:
    found = [(match.group(), _typed(match)) for match in _FILTER.finditer(text)]
    return [whole for whole, one in found if one.kind in _DATED and read_date(one.value) is None]


def _typed(match: re.Match[str]) -> TypedFilter:
    name = match["name"].lower()
    kind = _FILTER_NAMES.get(name, name)
    value = match["value"].strip('"').strip()
    # Tags are shown as #lora, so that is how people copy them.
    return TypedFilter(kind, value.lstrip("#＃").lstrip() if kind == "tag" else value)


def read_date(value: str) -> date | None:
    """The first day of the year, month or day that `value` names."""
    match = _DATE.fullmatch(value) or _DATE_IN_CHINESE.fullmatch(value)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
