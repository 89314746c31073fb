"""Reads what a person typed: words and runs of characters, typed filters, and the question around them."""

import re
from dataclasses import dataclass
from datetime import date

from bot.search.document import typed_key
from bot.search.fold import fold, storable
from bot.search.tokens import MAX_WORD, Kind, bigrams, camel_parts, chain_words, joined, pieces

# SEARCH: long queries are slow and no better; the rest is ignored.
MAX_CHARACTERS = 128
MAX_UNITS = 16
# A compound of more words than this is not looked for as one word; in a long query none of more than two.
MAX_JOINED_WORDS = 4
MAX_UNITS_WIDELY_JOINED = 6
MIN_CAMEL_PART = 3

_FILTER = re.compile(
    r"""(?<!\S)(?P<name>category|tag|after|before|分类|标签|之后|之前)[:：](?P<value>"[^"]*"|\S+)""", re.IGNORECASE
)
_FILTER_NAMES = {"分类": "category", "标签": "tag", "之后": "after", "之前": "before"}
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")

# The question around a topic says what kind of answer is wanted, not what it is about.
_SHELL_STARTS = (
    "请问", "如何理解", "怎么理解", "怎样理解", "如何", "怎么", "怎样", "什么是", "什么叫", "何为", "为什么",
    "为何", "介绍一下", "解释一下", "讲讲", "谈谈", "关于", "求",
)  # fmt: skip
_SHELL_ENDS = (
    "是怎么回事", "是什么意思", "是什么", "什么意思", "怎么回事", "有什么用", "有什么区别", "的区别是什么",
    "区别是什么", "有哪些",
    "怎么学", "怎么用", "怎么做", "怎么办", "怎么写", "怎么样", "如何学习", "如何使用", "如何实现", "的原理",
    "吗", "呢",
)  # fmt: skip
# A question that is still being typed: 是怎么回. 区别 and 如何 may begin one, but are words by themselves.
_SHELL_BEGUN = tuple(
    sorted({shell[:end] for shell in _SHELL_ENDS if shell[0] in "是有怎什" for end in range(2, len(shell))}, key=len)
)[::-1]
# Alone they are questions too, or say what kind of text is wanted.
_SHELL_WORDS = frozenset((
    *_SHELL_STARTS, *_SHELL_ENDS,
    "什么", "教程", "笔记", "详解", "原理", "原理详解", "面试题", "入门", "总结", "学习", "区别", "介绍", "解析",
))  # fmt: skip
_SHELL_PHRASES = tuple(
    tuple(phrase.split())
    for phrase in (
        "what is the", "what is a", "what is an", "what is", "what are", "what does", "whats", "how to", "how do i",
        "how do you", "how does", "how can i", "how is", "why is", "why does", "why do", "why", "how", "what",
        "tutorial", "explained", "introduction to", "guide to", "example", "examples", "notes",
    )
)  # fmt: skip

_SHELL_VOCABULARY = frozenset((*_SHELL_WORDS, *(word for phrase in _SHELL_PHRASES for word in phrase)))


@dataclass(frozen=True, slots=True)
class Unit:
    """One word, one run of CJK characters, or one emoji; `tokens` are its tokens in the order of the index.

    `equals` are words as good as `text`: of a word with a slip, all that it may have been meant to be.
    """

    text: str
    tokens: tuple[str, ...]
    kind: Kind
    equals: tuple[str, ...] = ()

    @property
    def is_single(self) -> bool:
        """A lone CJK character: it matches every token that begins with it."""
        return self.kind is Kind.CJK and len(self.text) == 1


@dataclass(frozen=True, slots=True)
class Join:
    """The words `start` to `end` (exclusive) of the query written as one; `typed` when the person joined them."""

    start: int
    end: int
    token: str
    typed: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What every result must have: keys of categories and tags; `after` is inclusive, `before` exclusive."""

    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is what was typed, folded and without filters. `core` is `units` without the question around them.

    `unread` holds filters whose value is no date, as typed.
    """

    text: str
    units: tuple[Unit, ...]
    core: tuple[Unit, ...]
    joins: tuple[Join, ...]
    core_joins: tuple[Join, ...]
    filters: Filters = Filters()
    unread: tuple[str, ...] = ()


def parse(raw: str) -> Query:
    """The query in `raw`, of any length and content; nothing to look for gives no units."""
    folded = " ".join(fold(raw[: MAX_CHARACTERS * 8]).split())
    filters, unread, text = _take_filters(folded)
    text = text[:MAX_CHARACTERS].strip()
    units, groups = _units(text)
    core, core_groups = _without_shell(units, groups)
    return Query(
        text,
        tuple(units),
        tuple(core),
        _joins(units, groups),
        _joins(core, core_groups),
        filters,
        unread,
    )


def as_typed(raw: str) -> str:
    """The words of a query in the person's own spelling, without filters, to be shown."""
    return " ".join(_FILTER.sub(" ", storable(raw[: MAX_CHARACTERS * 8])).split())[:MAX_CHARACTERS]


def _take_filters(folded: str) -> tuple[Filters, tuple[str, ...], str]:
    found: dict[str, list[str]] = {"category": [], "tag": [], "after": [], "before": []}
    unread = []
    for match in _FILTER.finditer(folded):
        name = _FILTER_NAMES.get(match["name"], match["name"].lower())
        value = match["value"].strip('"').strip()
        if name in ("after", "before") and _read_date(value) is None:
            unread.append(match.group())
        elif value:
            found[name].append(value)
    dates = {name: [day for day in map(_read_date, found[name]) if day] for name in ("after", "before")}
    filters = Filters(
        tuple(map(typed_key, found["category"])),
        tuple(map(typed_key, found["tag"])),
        max(dates["after"], default=None),
        min(dates["before"], default=None),
    )
    return filters, tuple(unread), " ".join(_FILTER.sub(" ", folded).split())


def _read_date(value: str) -> date | None:
    """The first day of the year, month or day that `value` names."""
    match = _DATE.fullmatch(value)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None


def _units(text: str) -> tuple[list[Unit], list[int]]:
    """The units of a folded text, and for each the number of the chain or CamelCase word it was typed in."""
    units: list[Unit] = []
    groups: list[int] = []
    for number, piece in enumerate(pieces(text)):
        if piece.kind is Kind.CHAIN:
            found = [Unit(word, (word,), Kind.CHAIN) for word in _split_chain(piece.text)]
        elif piece.kind is Kind.CJK:
            found = [cjk_unit(piece.text)]
        else:
            found = [Unit(piece.text, (piece.text,), Kind.EMOJI)]
        units += found
        groups += [number] * len(found)
    return units[:MAX_UNITS], groups[:MAX_UNITS]


def cjk_unit(run: str) -> Unit:
    """The unit of a run of CJK characters."""
    return Unit(run, tuple(bigrams(run)) or (run,), Kind.CJK)


def _split_chain(chain: str) -> list[str]:
    """The words of a chain, and of its words in CamelCase their parts, where these are words."""
    words = []
    for word in re.split(r"[-_/]|(?<!\d)\.|\.(?!\d)", chain):
        parts = camel_parts(word)
        words += parts if parts and all(_is_camel_part(part) for part in parts) else chain_words(word)
    return [word[:MAX_WORD] for word in words]


def _is_camel_part(part: str) -> bool:
    """LoRA, OpenAI and LaTeX are words of their own; FlashAttention is two."""
    return part.isalpha() and len(part) >= MIN_CAMEL_PART


def _joins(units: list[Unit], groups: list[int]) -> tuple[Join, ...]:
    """Every stretch of neighbouring words written as one, and every typed compound whole."""
    found = []
    widest = MAX_JOINED_WORDS if len(units) <= MAX_UNITS_WIDELY_JOINED else 2
    for start in range(len(units)):
        for end in range(start + 2, len(units) + 1):
            if units[end - 1].kind is not Kind.CHAIN or units[start].kind is not Kind.CHAIN:
                break
            typed = groups[start] == groups[end - 1]
            is_whole = typed and groups.count(groups[start]) == end - start
            token = joined([unit.text.rstrip("+#") for unit in units[start:end]])
            if (end - start <= widest or is_whole) and not token.isdigit():
                found.append(Join(start, end, token[:MAX_WORD], typed))
    return tuple(found)


def _without_shell(units: list[Unit], groups: list[int]) -> tuple[list[Unit], list[int]]:
    """`units` without the question around them; unchanged when nothing else would be left."""
    left = list(zip(units, groups, strict=True))
    changed = True
    while changed and left:
        shorter = _strip_end(_strip_start(left))
        changed = shorter != left
        if not shorter:
            break
        left = shorter
    if all(unit.text in _SHELL_VOCABULARY for unit, _ in left):
        return units, groups
    return [unit for unit, _ in left], [group for _, group in left]


def _strip_start(left: list[tuple[Unit, int]]) -> list[tuple[Unit, int]]:
    words = tuple(unit.text for unit, _ in left)
    for phrase in _SHELL_PHRASES:
        if len(words) > len(phrase) and words[: len(phrase)] == phrase:
            return left[len(phrase) :]
    first, group = left[0]
    if first.kind is not Kind.CJK:
        return left
    if first.text in _SHELL_WORDS and len(left) > 1:
        return left[1:]
    for shell in _SHELL_STARTS:
        if first.text.startswith(shell) and len(first.text) >= len(shell) + 2:
            return [(cjk_unit(first.text[len(shell) :]), group), *left[1:]]
    return left


def _strip_end(left: list[tuple[Unit, int]]) -> list[tuple[Unit, int]]:
    words = tuple(unit.text for unit, _ in left)
    for phrase in _SHELL_PHRASES:
        if len(words) > len(phrase) and words[-len(phrase) :] == phrase:
            return left[: -len(phrase)]
    last, group = left[-1]
    if last.kind is not Kind.CJK:
        return left
    if last.text in _SHELL_WORDS and len(left) > 1:
        return left[:-1]
    for shell in (*_SHELL_ENDS, *_SHELL_BEGUN):
        if last.text.endswith(shell) and len(last.text) >= len(shell) + 2:
            return [*left[:-1], (cjk_unit(last.text[: -len(shell)]), group)]
    return left
