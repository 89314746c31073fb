"""English words of one family: train, trained, training; quantize, quantisation, quantizer."""

from collections.abc import Iterable

# Longer ones before those that they end with.
_ENDINGS = (
    "ations", "ation", "ators", "ator", "ating", "ated", "ates", "ate",
    "ions", "ion", "ings", "ing", "ers", "er", "ors", "or", "ed", "es", "e", "s",
)  # fmt: skip
# With fewer letters left, words of other families meet: rating and ration, acting and actor.
MIN_STEM = 4
MAX_FAMILY = 4


def stem(word: str) -> str:
    """What a word shares with its family; itself when it has no ending or would lose too much."""
    endings = (end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= MIN_STEM)
    base = word if word.endswith("ss") else word.removesuffix(next(endings, ""))
    if base == word:
        return word
    if len(base) > MIN_STEM and base[-1] == base[-2] and base[-1] not in "lsz":
        return base[:-1]  # embedding, clipped
    return base[:-2] + "iz" if base.endswith("is") else base


def beginning(word: str) -> str:
    """How every word of the family begins, in either spelling of -ise and -ize."""
    base = stem(word)
    return base.removesuffix("iz")


def has_family(word: str) -> bool:
    """Whether words of one family with it are looked for."""
    return word.isascii() and word.isalpha() and len(beginning(word)) >= MIN_STEM


def family(word: str, known: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """Of known words with their numbers of posts the commonest of one family with `word`, without it."""
    same = sorted((-posts, other) for other, posts in known if other != word and stem(other) == stem(word))
    return tuple(other for _, other in same[:MAX_FAMILY])
