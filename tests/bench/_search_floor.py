"""The floor of the search bench: FTS5 over words and pairs of characters, all of them, else any of them, by bm25.

The last one is a prefix, so that a lone character and a word still being typed are found.
"""

import re
import sqlite3
import tempfile
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from tests.bench._search_corpus import Doc

_RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
TITLE_WEIGHT = 3.0


class Floor:
    """An index in a file of its own, deleted at the end."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        self._file = Path(self._folder.name) / "floor.db"
        self._db = sqlite3.connect(self._file)
        self._db.execute(
            "CREATE VIRTUAL TABLE docs USING fts5(title, body, name UNINDEXED, tokenize='unicode61', prefix='1 2 3')"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        self._folder.cleanup()

    def write(self, docs: Iterable[Doc]) -> int:
        """Index the documents; gives their number."""
        rows = ((_tokens(doc.title), _tokens(f"{doc.body} {' '.join(doc.tags)}"), doc.name) for doc in docs)
        cursor = self._db.executemany("INSERT INTO docs VALUES (?, ?, ?)", rows)
        self._db.execute("INSERT INTO docs(docs) VALUES ('optimize')")
        self._db.commit()
        return cursor.rowcount

    @property
    def size(self) -> int:
        return self._file.stat().st_size

    def search(self, query: str) -> list[str]:
        """The names of the best ten."""
        words = _tokens(query).split()
        for operator in (" AND ", " OR "):
            match = operator.join(f'"{word}"' for word in words) + " *"
            statement = "SELECT name FROM docs WHERE docs MATCH ? ORDER BY bm25(docs, ?, 1) LIMIT 10"
            found = self._db.execute(statement, (match, TITLE_WEIGHT)).fetchall() if words else []
            if found:
                return [name for (name,) in found]
        return []


def _tokens(text: str) -> str:
    found: list[str] = []
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        is_pairs = run[0] > "\u3000" and len(run) > 1
        found += [run[start : start + 2] for start in range(len(run) - 1)] if is_pairs else [run]
    return " ".join(found)
