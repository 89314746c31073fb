"""Cuts text into tokens: one set of rules for what is indexed and what is asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from operator import add

from bot.search.fold import fold_spellings
from bot.search.signs import OPERATORS, named

# Longer words are hashes, keys and encoded data: their beginning identifies them.
MAX_WORD = 64
# A chain longer than this is a path or an address; nobody types it without its separators.
MAX_JOINED_PARTS = 5
MAX_JOINED = 40

# Han, kana, bopomofo and Hangul: written without spaces, or with spaces that readers do not rely on.
CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"
    "\U00020000-\U0003ffff"
)
LETTER = rf"[^\W_{CJK}]"
# Vowel signs of Indic scripts and Thai stand inside words but are no letters to the `re` module.
_WORD_BODY = rf"{LETTER}+(?:[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f]+{LETTER}*)*"
# 3.5, v0.1 and Qwen2.5 are one word; C++, g++ and C# keep their signs, and .NET and .gitignore the dot before them.
# After what ends in a word or a bracket a dot parts two names.
_DOT = rf"(?<![^\W{CJK}])(?<![.)\]}}])\.(?=[A-Za-z])"
_WORD = rf"(?:{_DOT})?(?:[A-Za-z]*\d+(?:\.\d+)+(?:{_WORD_BODY})?|{_WORD_BODY})(?:\+\+|#(?![\w#]))?"
_EMOJI = "[\u231a-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
_PIECE = re.compile(rf"(?P<cjk>[{CJK}]+)|(?P<chain>{_WORD}(?:[-_./]{_WORD})*|[{OPERATORS}])|(?P<emoji>{_EMOJI})")
_CHAIN_PART = re.compile(rf"({_WORD})([-_./]?)")
_LETTERS = re.compile(r"[A-Za-z]+")
# Begun anew at each of its digits, a long number would cost the square of its length.
_NUMBER = re.compile(r"(?<!\d)\d+(?:\.\d+)+")
_TIMES = re.compile(r"(?<![\w.])\d+(?: ?(?:×|\\times) ?\d+)+(?![\w.]*\d)")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Kind(Enum):
    """CJK text without spaces, a word or chain of words, or one emoji."""

    CJK = auto()
    CHAIN = auto()
    EMOJI = auto()


_KINDS = {"cjk": Kind.CJK, "chain": Kind.CHAIN, "emoji": Kind.EMOJI}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of folded text, letter case kept."""

    kind: Kind
    text: str


def pieces(folded: str) -> Iterator[Piece]:
    """The stretches of a folded text that carry words."""
    for match in _PIECE.finditer(folded):
        yield Piece(_KINDS[match.lastgroup or ""], match.group())


def bigrams(run: str) -> list[str]:
    """The pairs of neighbours in a run of CJK text."""
    return list(map(add, run, run[1:]))


def chain_words(chain: str) -> list[str]:
    """The words of a chain over `- _ . /`, in their own letters."""
    return [word for word, _ in _CHAIN_PART.findall(chain)] or [chain]


def word_token(word: str) -> str:
    """The token of a word."""
    return named(word.lower()[:MAX_WORD])


def camel_parts(word: str) -> list[str]:
    """The parts of FlashAttention or Word2Vec, in lower case; empty when the word is one part."""
    if word.islower() or word.isupper() or word.isdigit() or not word.isascii():
        return []
    parts = _CAMEL.findall(word)
    return [part.lower() for part in parts] if len(parts) > 1 else []


def joined(words: list[str]) -> str:
    """Words written as one; the dots of numbers go, so that GPT-3.5 and gpt3.5 meet."""
    return "".join(words).replace(".", "")


def is_joinable(words: list[str]) -> bool:
    """Whether words written as one still mean the same: `3-5` is no 35, but `0-1` is 01, for no number begins so."""
    form = joined(words)
    return not form.isdigit() or (form.startswith("0") and len(form) == len(words))


def tokenize(text: str) -> tuple[list[str], list[str]]:
    """The tokens of `text` in its order, and those that stand for other spellings of its words."""
    plain: list[str] = []
    other: list[str] = []
    folded = fold_spellings(text)
    for cjk, chain, emoji in _PIECE.findall(folded):
        if cjk:
            plain += map(add, cjk, cjk[1:])
            plain.append(cjk[-1])
        elif chain.isalpha() and (chain.islower() or chain.istitle() or chain.isupper()):
            plain.append(word_token(chain))
        elif chain:
            words, spellings = _chain_tokens(chain)
            plain += words
            other += spellings
        else:
            plain.append(emoji)
    other += map(by, _TIMES.findall(folded))
    return plain, other


def by(product: str) -> str:
    """3×3 as people type it."""
    return product.replace("\\times", "x").replace("×", "x").replace(" ", "")


def with_products(folded: str) -> str:
    """`folded` with its products of numbers as people type them."""
    return _TIMES.sub(lambda product: by(product.group()), folded)


def version_spelling(word: str) -> tuple[str, ...]:
    """Letters with a version written without its dots: Qwen2.5 and Qwen-2.5 meet as qwen25. Empty for other words."""
    is_version = word[:1].isascii() and word[:1].isalpha() and _NUMBER.search(word)
    return (joined([word.lower().rstrip("+#")]),) if is_version else ()


@lru_cache(8192)
def _chain_tokens(chain: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a chain, and the other spellings of them and of the chain."""
    parts = _CHAIN_PART.findall(chain)
    other = [spelling for word, _ in parts for spelling in _word_spellings(word)]
    if len(parts) > 1:
        other += _NUMBER.findall(chain)
        other += _chain_spellings(parts)
        if parts[-2][1] == "." and parts[-1][0].isalpha():
            other.append(f".{word_token(parts[-1][0])}")  # README.md is found by `.md`
    return tuple(word_token(word) for word in chain_words(chain)), tuple(other)


def _word_spellings(word: str) -> list[str]:
    """The parts of a word in CamelCase and their neighbours, its letters and its number, its name without `++`.

    A number has no parts: 0.01 is neither 0 nor 01.
    """
    bare = word.rstrip("+#").removeprefix(".")
    lower = bare.lower()
    found = [lower] if bare != word and len(bare) > 1 else []
    found += [number for number in _NUMBER.findall(bare) if number != bare]
    if version := version_spelling(bare):
        bare = bare.partition(".")[0]
        lower = bare.lower()
        found += [*version, lower]
    parts = camel_parts(bare) or [part.lower() for part in _LETTERS.findall(bare)]
    if 2 < len(parts) <= MAX_JOINED_PARTS:
        found += map(add, parts, parts[1:])
    found += [part for part in parts if len(part) > 1 and part != lower and not part.isdigit()]
    return found


def _chain_spellings(parts: list[tuple[str, str]]) -> list[str]:
    """A chain written as one word: whole, each stretch of one separator, each two neighbours."""
    words = [named(word.lower().rstrip("+#")) for word, _ in parts]
    # k-means++ is typed as kmeans++ too.
    sign = parts[-1][0][len(parts[-1][0].rstrip("+#")) :]
    spans = {(0, len(words))} | {(start, start + 2) for start in range(len(words) - 1)}
    start = 0
    for index in range(1, len(words)):
        if parts[index][1] != parts[index - 1][1]:
            spans.add((start, index + 1))
            start = index
    found = []
    for start, end in sorted(spans):
        form = joined(words[start:end])
        if 2 <= end - start <= MAX_JOINED_PARTS and len(form) <= MAX_JOINED and is_joinable(words[start:end]):
            found += [form, form + sign] if sign and end == len(words) else [form]
    return found
