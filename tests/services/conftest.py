"""Tools of the services' tests: a content folder that is written like an author would, and synced into a database."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.services.readers import browsing
from bot.services.readers.browsing import Card
from bot.services.shelf import syncing
from bot.services.shelf.sync_report import SyncReport
from bot.storage.engine import Database
from bot.storage.shelf import files
from bot.storage.tables import posts

NOON = datetime(2026, 1, 11, 12, tzinfo=UTC)


@dataclass
class Folder:
    """A content folder and the database it goes to; `now` is the set clock."""

    database: Database
    root: Path
    now: datetime = NOON
    options: dict[str, Any] = field(default_factory=dict)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def post(self, path: str, title: str = "", body: str = "Some words.", **front: str) -> None:
        """A Markdown file with front matter; an underscore in a key stands for itself."""
        lines = [f"title: {title or path}", *(f"{key}: {value}" for key, value in front.items())]
        self.write(path, "---\n" + "\n".join(lines) + f"\n---\n\n{body}\n")

    def move(self, old: str, new: str) -> None:
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)

    def remove(self, *paths: str) -> None:
        for path in paths:
            (self.root / path).unlink()

    async def sync(self, **options: Any) -> SyncReport:
        given = {"now": self.now, "zone": ZoneInfo("Asia/Shanghai"), "language": "en"} | self.options | options
        return await syncing.sync(self.database, self.root, **given)

    async def cards(self, language: str = "en") -> list[Card]:
        return list((await browsing.latest(self.database, language=language, size=100)).cards)

    async def titles(self, language: str = "en") -> list[str]:
        return [card.title for card in await self.cards(language)]

    async def rows(self) -> dict[str, Any]:
        """Rows of posts by title."""
        async with self.database.read() as connection:
            return {row.title: row for row in await connection.execute(select(posts))}

    async def problems(self) -> list[str]:
        async with self.database.read() as connection:
            return [str(problem) for problem in await files.all_problems(connection)]

    def pass_time(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Folder:
    root = tmp_path / "content"
    root.mkdir()
    return Folder(database, root)


@pytest.fixture
def touch() -> Callable[[Path], None]:
    """Change a file's times and nothing else."""
    return lambda path: os.utime(path, ns=(1, 1))
