"""Cuts the words of a query into units: single words, runs of CJK characters, emoji; and the ways to join them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.search.signs import GREEK
from bot.search.tokens import (
    MAX_WORD,
    Kind,
    bigrams,
    camel_parts,
    chain_words,
    is_joinable,
    joined,
    pieces,
    version_spelling,
    word_token,
)

MAX_UNITS = 16
# A compound of more words than this is not looked for as one word; in a long query none of more than two.
MAX_JOINED_WORDS = 4
MAX_UNITS_WIDELY_JOINED = 6
MIN_CAMEL_PART = 3
# Shorter numbers stand in almost every post; longer ones are years, identifiers, names of things.
MIN_TELLING_DIGITS = 4
# A longer number with a point may go on.
MAX_DECIMAL = 5
# Each more letter multiplies the ways in which a text could hold them.
MAX_LETTERS = 5


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


def units_of(text: str) -> tuple[list[Unit], list[int]]:
    """The units of a folded text, and for each the number of the chain or CamelCase word it was typed in."""
    units: list[Unit] = []
    groups: list[int] = []
    for number, piece in enumerate(pieces(text)):
        if piece.kind is Kind.CHAIN:
            found = [Unit(word, (word,), Kind.CHAIN, version_spelling(word)) for word in _split_chain(piece.text)]
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


def is_short_number(token: str) -> bool:
    """Whether a token is a number of few digits, which says nothing by itself."""
    return len(token) < MIN_TELLING_DIGITS and _is_number(token)


def are_numbers(units: Sequence[Unit]) -> bool:
    """Whether there are only numbers, some of them short: `7:45`, `01`, `3 2025`."""
    return all(_is_number(unit.text) for unit in units) and any(is_short_number(unit.text) for unit in units)


def _is_decimal(token: str) -> bool:
    """Whether a token is a number with a point; with many digits it is the number of a paper: 1706.03762."""
    return "." in token and len(token) <= MAX_DECIMAL and _is_number(token)


def _is_number(token: str) -> bool:
    return token.replace(".", "").isdigit()


def may_go_on(units: Sequence[Unit]) -> bool:
    """Whether the last unit may be the beginning of a word yet to be typed; 45 is not that of 450, nor 3.1 of 3.13."""
    return bool(units) and units[-1].kind is Kind.CHAIN and not are_numbers(units) and not _is_decimal(units[-1].text)


def as_begun(token: str) -> str:
    """How words begin that a token may be the beginning of: 12 begins 12.4, and is only a part of 120."""
    return f"{token}." if token.isdigit() else token


def letter_runs(units: Sequence[Unit]) -> list[range]:
    """The stretches of single letters and digits, as of a formula: `p(x|θ)`, `O(N^2)`; the numbers of their units.

    Almost every post on mathematics holds each of them somewhere: only together do they say something. So it is with
    numbers when nothing else was typed.
    """
    runs = []
    start = 0
    only_numbers = are_numbers(units)
    for end in range(len(units) + 1):
        is_letter = end < len(units) and units[end].kind is Kind.CHAIN and (only_numbers or _is_letter(units[end].text))
        if is_letter and end - start < MAX_LETTERS:
            continue
        # A Greek letter is also a word, which two of may stand apart: the alpha and the beta of Adam.
        if end - start > (2 if any(unit.text in GREEK for unit in units[start:end]) else 1):
            runs.append(range(start, end))
        start = end if is_letter else end + 1
    return runs


def _is_letter(token: str) -> bool:
    return len(token) == 1 or token in GREEK


def _split_chain(chain: str) -> list[str]:
    """The words of a chain, and of its words in CamelCase their parts, where these are words."""
    words = []
    for word in chain_words(chain):
        parts = camel_parts(word)
        words += parts if parts and all(_is_camel_part(part) for part in parts) else [word_token(word)]
    return [word[:MAX_WORD] for word in words]


def _is_camel_part(part: str) -> bool:
    """LoRA, OpenAI and LaTeX are words of their own; FlashAttention is two."""
    return part.isalpha() and len(part) >= MIN_CAMEL_PART


def joins_of(units: list[Unit], groups: list[int]) -> tuple[Join, ...]:
    """Every stretch of neighbouring words written as one, or numbers with dots, and every typed compound whole."""
    found = []
    widest = MAX_JOINED_WORDS if len(units) <= MAX_UNITS_WIDELY_JOINED else 2
    for start in range(len(units)):
        for end in range(start + 2, len(units) + 1):
            if units[end - 1].kind is not Kind.CHAIN or units[start].kind is not Kind.CHAIN:
                break
            typed = groups[start] == groups[end - 1]
            is_whole = typed and groups.count(groups[start]) == end - start
            words = [unit.text.rstrip("+#") for unit in units[start:end]]
            if (end - start <= widest or is_whole) and is_joinable(words):
                found.append(Join(start, end, joined(words)[:MAX_WORD], typed))
            elif end - start <= widest and not typed:
                # The number of a section, typed without its dots: `4 6` for 4.6.
                found.append(Join(start, end, ".".join(words)[:MAX_WORD], typed))
    return tuple(found)
