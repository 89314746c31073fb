"""New problems in the content folder, and those that were mended: each found once, whoever asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.problem import Problem
from bot.storage import facts
from bot.storage.engine import Database
from bot.storage.exclusive import exclusive
from bot.storage.shelf import files

# The fact that holds, by path, the codes of the problems that admins know of.
TOLD = "told_problems"


@dataclass(frozen=True, slots=True)
class Notices:
    """`problems` are those of files that got new ones; `mended` are paths of files that have none any more.

    `before` is what admins knew: codes of problems by path.
    """

    problems: tuple[Problem, ...]
    mended: tuple[str, ...]
    before: Mapping[str, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.problems or self.mended)


async def find(db: Database) -> Notices:
    """What admins do not know yet; from now on they count as told. The first look tells nothing."""
    async with exclusive(db, "noticing"):
        async with db.read() as connection:
            told: Mapping[str, list[str]] | None = await facts.get(connection, TOLD)
            found = await files.all_problems(connection)
            now = _codes(found)
            present = set(await files.seen(connection, [path for path in told or () if path not in now]))
        if now == told:
            return Notices((), ())
        async with db.write() as connection:
            await facts.put(connection, TOLD, now)
    if told is None:
        return Notices((), ())
    worse = {path for path, codes in now.items() if set(codes) - set(told.get(path, ()))}
    # A file that was deleted is not mended.
    mended = sorted(path for path in told if path not in now and path in present)
    return Notices(tuple(one for one in found if one.file in worse), tuple(mended), told)


async def not_told(db: Database, notices: Notices) -> None:
    """Nobody could be told of them after all: they are found again."""
    async with exclusive(db, "noticing"), db.write() as connection:
        await facts.put(connection, TOLD, dict(notices.before))


async def count_as_told(db: Database, paths: Collection[str]) -> None:
    """The problems of these files were shown to an admin in another way."""
    async with exclusive(db, "noticing"), db.write() as connection:
        told: dict[str, list[str]] = await facts.get(connection, TOLD) or {}
        now = _codes(await files.all_problems(connection))
        for path in paths:
            told.pop(path, None)
            if path in now:
                told[path] = now[path]
        await facts.put(connection, TOLD, told)


def _codes(problems: Sequence[Problem]) -> dict[str, list[str]]:
    # Without lines, which move with every edit above them.
    found: dict[str, set[str]] = {}
    for one in problems:
        found.setdefault(one.file, set()).add(one.code)
    return {path: sorted(codes) for path, codes in found.items()}
