"""What one post puts into the index: three strings of tokens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.post import category_key, topic_path
from bot.search.fold import fold
from bot.search.tokens import tokenize

# Raised whenever the same post would give other tokens; a database of another version is indexed anew at start.
INDEX_VERSION = 6
# PostgreSQL refuses a tsvector of more than 1 MiB, which 900 kB of unique words exceed.
MAX_INDEXED_BYTES = 200_000
# Other spellings may not crowd out the text: with them the tokens of a post stay under 1 MiB whatever it holds.
MAX_SPELLING_BYTES = 300_000
# Words that typing errors are measured against: those that people type.
MIN_LETTERS, MAX_LETTERS = 3, 32
# Stands between the title and other names, one heading and the next; no token, in neither database.
SEGMENT = "|"
# Stands before other spellings of a field's words: what follows it is no running text.
SPELLINGS = "~"
# Every post has it, so that a query of days alone has something to ask for.
EVERY_POST = "§p"


@dataclass(frozen=True, slots=True)
class SearchFields:
    """Everything a reader could remember of a post.

    `categories` and `tags` are paths, outermost name first. `body` is the plain text with code and formula sources;
    `source` is the post as written, so that what `body` leaves out (addresses of links, parameters of shortcodes) is
    found too. `shown` is the body as readers see it, from which snippets are cut; the body itself when it is empty.
    `summary` is what the author wrote in place of an excerpt; empty when cards show the beginning of the body.
    """

    title: str
    body: str
    headings: Sequence[str] = ()
    categories: Sequence[Sequence[str]] = ()
    tags: Sequence[Sequence[str]] = ()
    other_names: Sequence[str] = ()
    file_name: str = ""
    source: str = ""
    shown: str = ""
    summary: str = ""

    @property
    def quotable(self) -> str:
        """What snippets are cut from: the summary, then the body as readers see it."""
        return "\n".join(filter(None, (self.summary, self.shown or self.body)))


@dataclass(frozen=True, slots=True)
class IndexRow:
    """Token strings, padded and parted by single spaces."""

    title: str
    labels: str
    body: str


def index_row(fields: SearchFields) -> IndexRow:
    """The row of the index for a post; text beyond the limits is left out, the body first."""
    title = _field([fields.title, *fields.other_names])
    names = [name for path in (*fields.tags, *fields.categories) for name in path]
    topics = [*map(category_token, topic_keys(fields.categories)), *map(tag_token, topic_keys(fields.tags))]
    labels = _field([*fields.headings, *names, fields.file_name], [*topics, EVERY_POST])
    body = _body(fields.summary, fields.body, fields.source)
    return IndexRow(title, labels, body)


def words_of(*token_strings: str) -> frozenset[str]:
    """The words in token strings that typing errors are measured against."""
    return frozenset(token for tokens in token_strings for token in set(tokens.split()) if is_word(token))


def is_word(token: str) -> bool:
    """Whether typing errors are measured against `token`: Latin letters alone, not too few nor too many of them."""
    return MIN_LETTERS <= len(token) <= MAX_LETTERS and token.isascii() and token.isalpha()


def category_token(key: str) -> str:
    """The token that every post of the category with this key carries."""
    return "§c" + key


def tag_token(key: str) -> str:
    """The token that every post with the tag of this key carries."""
    return "§t" + key


def typed_key(name: str) -> str:
    """The key of a category or tag by its name as a reader may type it: alone or as a path, in either script."""
    return category_key(_fold_topic(name))


def topic_keys(paths: Iterable[Sequence[str]]) -> list[str]:
    """A post stands in its topics and in those above them, each found by its own key, its path and its name."""
    keys = set()
    for path in paths:
        for end in range(1, len(path) + 1):
            keys |= {category_key(topic_path(path[:end])), typed_key("/".join(path[:end])), typed_key(path[end - 1])}
    return sorted(keys)


def _fold_topic(name: str) -> str:
    return " ".join(fold(name).casefold().split())


def _field(segments: Iterable[str], more: Sequence[str] = ()) -> str:
    plain: list[str] = []
    other: dict[str, None] = {}
    for segment in segments:
        words, spellings = tokenize(_cut(segment, MAX_INDEXED_BYTES // 10))
        if words:
            plain += [SEGMENT, *words] if plain else words
            other |= dict.fromkeys(spellings)
    return _padded(plain, [*other, *more])


def _body(summary: str, text: str, source: str) -> str:
    summary = _cut(summary, MAX_INDEXED_BYTES // 10)
    text = _cut(text, MAX_INDEXED_BYTES - len(summary.encode(errors="replace")))
    plain, other = tokenize(text)
    first, spellings = tokenize(summary)
    if first:
        plain, other = [*first, SEGMENT, *plain], [*spellings, *other]
    words, more = tokenize(_cut(source, MAX_INDEXED_BYTES - len(text.encode(errors="replace"))))
    known = set(plain)
    left = MAX_SPELLING_BYTES
    kept = []
    for spelling in dict.fromkeys([*other, *more, *words]):
        if spelling in known:
            continue
        left -= len(spelling.encode()) + 1
        if left < 0:
            break
        kept.append(spelling)
    return _padded(plain, kept)


def _padded(plain: Sequence[str], other: Sequence[str]) -> str:
    tokens = [*plain, SPELLINGS, *other] if other else plain
    return f" {' '.join(tokens)} " if tokens else ""


def _cut(text: str, limit: int) -> str:
    """The beginning of `text` that is at most `limit` bytes in UTF-8."""
    if len(text) * 4 <= limit:
        return text
    return text.encode(errors="replace")[: max(limit, 0)].decode(errors="ignore")
