"""Typing errors in Latin words: where to look for the word that was meant, and which of the found ones it is."""

from collections.abc import Iterable, Mapping

from bot.search.document import MAX_LETTERS

# Two errors in a short word leave too little of it.
TWO_ERRORS_FROM = 8
MIN_LETTERS = 4
MIN_PART = 3
# Words that are equally near, all taken for what was meant: `actuatos` is as much actuator as actuators.
MAX_MEANT = 3


def is_correctable(word: str) -> bool:
    """Whether errors are looked for in a word: short ones have too many neighbours."""
    return MIN_LETTERS <= len(word) <= MAX_LETTERS and word.isascii() and word.isalpha()


def errors_allowed(word: str) -> int:
    """How many slips of the finger a word may have."""
    return 2 if len(word) >= TWO_ERRORS_FROM else 1


def halves(word: str) -> tuple[str, str]:
    """A beginning and an end of `word`; one slip leaves one of them whole, even when it swaps the letters between."""
    length = max(1, (len(word) - 1) // 2)
    return word[:length], word[-length:]


def thirds(word: str) -> tuple[str, str]:
    """A beginning and an end of `word`; two slips mostly leave at least one of them whole."""
    length = max(1, len(word) // 3)
    return word[:length], word[-length:]


def best_matches(word: str, known: Iterable[tuple[str, int]]) -> tuple[int, list[str]]:
    """The known words that may have been meant, of words with their numbers of posts, and their distance.

    All of them have the fewest errors; those that begin with the same letter come first, then common ones.
    """
    limit = errors_allowed(word)
    found: dict[int, list[tuple[bool, int, str]]] = {}
    for other, posts in known:
        if _may_be_near(word, other, limit) and (errors := distance(word, other, limit)) <= limit:
            found.setdefault(errors, []).append((other[0] != word[0], -posts, other))
            limit = errors
    return limit, [other for _, _, other in sorted(found.get(limit, []))[:MAX_MEANT]]


def most_alike(word: str, known: Iterable[tuple[str, int]], number: int) -> list[str]:
    """The known words that need the fewest changes or one more, common ones first; none with a third of it changed."""
    limit = -(-len(word) // 3)
    alike = sorted((distance(word, other, limit), -posts, other) for other, posts in known)
    most = min(limit, alike[0][0] + 1) if alike else 0
    return [other for errors, _, other in alike[:number] if errors <= most]


def _may_be_near(word: str, other: str, limit: int) -> bool:
    """Whether so few slips could make one of the other, going by their letters alone, which is quick to see."""
    missing = sum(max(0, word.count(letter) - other.count(letter)) for letter in set(word))
    return missing <= limit and missing + len(other) - len(word) <= limit


def distance(left: str, right: str, limit: int) -> int:
    """Letters added, left out, replaced, or swapped with their neighbour; anything above `limit` is `limit + 1`."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def splits(word: str) -> list[tuple[str, str]]:
    """The ways to read `word` as two words written without a space."""
    return [(word[:cut], word[cut:]) for cut in range(MIN_PART, len(word) - MIN_PART + 1)]


def best_split(word: str, posts: Mapping[str, int]) -> tuple[str, str] | None:
    """The two words that `word` most likely is, by the numbers of posts that hold them; None when no two are known."""
    known = [parts for parts in splits(word) if all(part in posts for part in parts)]
    return max(known, key=lambda parts: (min(posts[part] for part in parts), parts), default=None)
