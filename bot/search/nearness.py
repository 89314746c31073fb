"""How near posts are to one another: by what names them, and only then by words that happen to stand in their texts."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.search.document import SEGMENT, SPELLINGS
from bot.search.question import tells_nothing
from bot.search.rank import rarities

# A word of the title that is in the other's title, in its headings and tags, in its text alone.
IN_TITLE, IN_LABELS, IN_TEXT = 3.0, 1.5, 0.3
# The same category or tag.
SAME_TOPIC = 2.0


@dataclass(frozen=True, slots=True)
class Names:
    """What names a post: words of its title, words of its headings, categories and tags, tokens of these topics."""

    title: tuple[str, ...]
    labels: tuple[str, ...]
    topics: tuple[str, ...]


def names_of(title: str, labels: str) -> Names:
    """The names in the token strings of a post."""
    # The last of the labels is the name of the file: `index.md` is that of many.
    named = labels.partition(f" {SPELLINGS} ")[0].split(SEGMENT)[:-1]
    return Names(
        _telling(title.partition(SPELLINGS)[0].split()),
        _telling(token for label in named for token in label.split()),
        tuple(token for token in labels.split() if token.startswith(("§c", "§t"))),
    )


def nearness(
    own: Names,
    others: Mapping[int, Names],
    rarity: Mapping[str, float],
    holding: Mapping[str, Collection[int]],
    shelf: int,
) -> dict[int, float]:
    """How near each of the others is.

    `rarity` weighs the words of the own title and the own topics, `holding` gives the posts that hold each anywhere;
    the shelf has `shelf` posts.
    """
    in_titles = Counter(word for names in others.values() for word in names.title)
    called = rarities(((word, in_titles[word]) for word in own.labels if word not in own.title), shelf)
    near = {}
    for number, names in others.items():
        worth = sum(IN_LABELS * called.get(word, 0.0) for word in names.title)
        for word in own.title:
            place = IN_TITLE if word in names.title else IN_LABELS if word in names.labels else IN_TEXT
            worth += place * rarity.get(word, 0.0) if number in holding.get(word, ()) else 0.0
        worth += sum(SAME_TOPIC * rarity.get(topic, 0.0) for topic in own.topics if topic in names.topics)
        near[number] = worth
    return near


def _telling(tokens: Iterable[str]) -> tuple[str, ...]:
    """The tokens that may say what a post is about: no separator, lone character, short or little word does."""
    long = (token for token in tokens if len(token) > (2 if token.isascii() else 1))
    return tuple(token for token in dict.fromkeys(long) if not tells_nothing(token))
