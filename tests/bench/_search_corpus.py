"""Documents and queries of the search bench: those of a corpus, documents made of them, how answers are scored."""

import gzip
import json
import random
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.search.fold import fold

# Short, so that 100,000 of them are made and indexed in minutes.
MADE_PIECES = (40, 160)
_WORD = re.compile(r"[^\W_]+")
_PIECE = re.compile(r"[\u3400-\u9fff]{2,6}|[A-Za-z0-9_.+#-]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Doc:
    """`name` is what queries expect by it."""

    name: str
    title: str
    tags: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of a class, and the documents that answer it."""

    name: str
    kind: str
    text: str
    expected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of queries answered first, among the first five, not at all; and the mean reciprocal rank of ten."""

    first: float
    five: float
    mrr: float
    none: float


def documents(corpus: Path) -> list[Doc]:
    """Of a `.jsonl` or `.jsonl.gz` file with `id`, `title`, `tags` and `body`, or of a folder of Markdown files."""
    if corpus.is_dir():
        files = sorted(corpus.rglob("*.md"))
        return [Doc(str(file.relative_to(corpus)), file.stem, (), file.read_text(errors="replace")) for file in files]
    opening = gzip.open if corpus.suffix == ".gz" else open
    with opening(corpus, "rt", encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    return [Doc(str(one["id"]), one["title"], tuple(one["tags"]), one["body"].replace("\0", "")) for one in read]


def queries(corpus: Path, docs: Sequence[Doc]) -> list[Asked]:
    """Those beside the corpus (`queries*.jsonl`), else every title."""
    beside = sorted(corpus.parent.glob("queries*.jsonl")) if corpus.is_file() else []
    found = [json.loads(line) for file in beside for line in file.read_text(encoding="utf-8").splitlines()]
    if found:
        return [Asked(one["id"], one["cls"], one["q"], frozenset(map(str, one["expect"]))) for one in found]
    return [Asked(doc.name, "title", doc.title, frozenset([doc.name])) for doc in docs]


def made(docs: Sequence[Doc], number: int, seed: int = 5) -> Iterator[Doc]:
    """Documents of pieces of others, too short to hold a phrase of theirs; the same ones each time."""
    chance = random.Random(seed)
    pieces = [found for doc in docs if (found := _PIECE.findall(doc.body))]
    titles = [found for doc in docs if (found := _PIECE.findall(doc.title))]
    for count in range(number):
        words: list[str] = []
        sources = chance.sample(pieces, min(4, len(pieces)))
        for _ in range(chance.randint(*MADE_PIECES)):
            words += _some(chance, chance.choice(sources), 2)
        title = [word for source in chance.sample(titles, min(2, len(titles))) for word in _some(chance, source, 3)]
        yield Doc(f"made-{count}", _written(title), (), _written(words))


def _some(chance: random.Random, source: Sequence[str], most: int) -> Sequence[str]:
    start = chance.randrange(len(source))
    return source[start : start + chance.randint(1, most)]


def _written(words: Sequence[str]) -> str:
    """Words with spaces between those of letters."""
    text = ""
    for word in words:
        text += (" " if text[-1:].isascii() and word[:1].isascii() else "") + word
    return text.strip()


def keystrokes(asked: Sequence[Asked], number: int, seed: int = 3) -> list[str]:
    """What a search box sees while some of the queries are typed: every second state of the first twelve letters."""
    some = random.Random(seed).sample(list(asked), min(number, len(asked)))
    return [one.text[:end] for one in some for end in range(1, min(len(one.text), 12) + 1, 2)]


def hostile(corpus: Path) -> list[str]:
    """The inputs beside the corpus (`edge*.jsonl`) that must do no harm: `q`, or a text and a number to repeat it."""
    beside = sorted(corpus.parent.glob("edge*.jsonl")) if corpus.is_file() else []
    lines = [json.loads(line) for file in beside for line in file.read_text(encoding="utf-8").splitlines()]
    return [one["q"] if "q" in one else one["q_repeat"][0] * one["q_repeat"][1] for one in lines]


def also_right(docs: Iterable[Doc], asked: Sequence[Asked]) -> dict[str, set[str]]:
    """For each query the documents that happen to hold it in one piece: no worse an answer than the expected one."""
    wanted = [(one.name, letters) for one in asked if (letters := _letters(one.text))]
    found: dict[str, set[str]] = {one.name: set() for one in asked}
    for doc in docs:
        text = _letters(f"{doc.title} {doc.body}")
        for name, letters in wanted:
            if letters in text:
                found[name].add(doc.name)
    return found


def _letters(text: str) -> str:
    return "".join(_WORD.findall(fold(text).lower()))


def score(
    asked: Sequence[Asked], answers: Mapping[str, Sequence[str]], others: Mapping[str, Collection[str]] | None = None
) -> Score:
    """By the first ten answers to each query; those in `others` take no place."""
    ranks = []
    for one in asked:
        ten = [name for name in answers[one.name][:10] if name not in (others or {}).get(one.name, ())]
        ranks.append(next((rank for rank, name in enumerate(ten, 1) if name in one.expected), 0))
    number = len(asked) or 1
    return Score(
        first=sum(rank == 1 for rank in ranks) / number,
        five=sum(0 < rank <= 5 for rank in ranks) / number,
        mrr=sum(1 / rank for rank in ranks if rank) / number,
        none=sum(not answers[one.name] for one in asked) / number,
    )
