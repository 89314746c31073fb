"""What was last seen in the content folder, and what is wrong with it. Never commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.problem import Problem, Severity
from bot.storage.tables import files, problems
from bot.storage.upsert import insert_or

Images: TypeAlias = list[list[Any]]
"""Source and line of each image that a post shows from the folder."""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as it was last read. When `refused`, its newest version has errors; `post_id` is of the last good one.

    `images` is None when its post shows none.
    """

    path: str
    fingerprint: str
    kind: str
    refused: bool
    content_hash: str | None = None
    post_id: int | None = None
    images: Images | None = None


# SQLite takes some 32,000 values in a statement.
_ASKED_AT_ONCE = 2000

_FINGERPRINTS = select(files.c.path, files.c.fingerprint)
_SEEN = select(
    files.c.path,
    files.c.fingerprint,
    files.c.kind,
    files.c.refused,
    files.c.content_hash,
    files.c.post_id,
    files.c.images,
).where(files.c.path.in_(bindparam("paths", expanding=True)))
_WITH_IMAGES = select(files.c.path, files.c.images).where(files.c.images.is_not(None))
_PROBLEMS = select(
    problems.c.path, problems.c.line, problems.c.severity, problems.c.what, problems.c.mend, problems.c.code,
    problems.c.facts,
)  # fmt: skip


async def fingerprints(connection: AsyncConnection) -> dict[str, str]:
    """The fingerprint of every file last seen, by path."""
    return dict((await connection.execute(_FINGERPRINTS)).all())


async def seen(connection: AsyncConnection, paths: Collection[str]) -> dict[str, SeenFile]:
    """Those of these files that were seen, by path."""
    ordered = sorted(paths)
    found: dict[str, SeenFile] = {}
    for start in range(0, len(ordered), _ASKED_AT_ONCE):
        rows = await connection.execute(_SEEN, {"paths": ordered[start : start + _ASKED_AT_ONCE]})
        found |= {row[0]: SeenFile(*row) for row in rows}
    return found


async def remember(connection: AsyncConnection, found: Sequence[SeenFile]) -> None:
    """Keep files as they are now."""
    if not found:
        return
    insert_files = insert_or(connection, files)
    renewed = insert_files.on_conflict_do_update(
        index_elements=["path"],
        set_={
            name: insert_files.excluded[name]
            for name in ("fingerprint", "kind", "refused", "content_hash", "post_id", "images")
        },
    )
    await connection.execute(renewed, [asdict(file) for file in found])


async def forget(connection: AsyncConnection, paths: Collection[str]) -> None:
    """These files are gone, and what was wrong with them."""
    if not paths:
        return
    await connection.execute(delete(files).where(files.c.path.in_(sorted(paths))))
    await connection.execute(delete(problems).where(problems.c.path.in_(sorted(paths))))


async def report(connection: AsyncConnection, found: Mapping[str, Sequence[Problem]]) -> None:
    """The problems of these files are exactly these."""
    if not found:
        return
    await connection.execute(delete(problems).where(problems.c.path.in_(sorted(found))))
    await _add(connection, found)


async def _add(connection: AsyncConnection, found: Mapping[str, Sequence[Problem]]) -> None:
    rows = [
        {
            "path": path,
            "line": problem.line,
            "severity": problem.severity,
            "code": problem.code,
            "what": problem.what,
            "mend": problem.mend,
            "facts": dict(problem.facts),
        }
        for path, wrong in found.items()
        for problem in wrong
    ]
    if rows:
        await connection.execute(insert(problems), rows)


async def with_images(connection: AsyncConnection, *, after: str, limit: int) -> dict[str, Images]:
    """What posts show from the folder, by the paths of their files: the first so many `after` a path, in order."""
    page = _WITH_IMAGES.where(files.c.path > after).order_by(files.c.path).limit(limit)
    return dict((await connection.execute(page)).all())


async def report_of(connection: AsyncConnection, code: str, found: Mapping[str, Sequence[Problem]]) -> None:
    """The problems of this kind that these files have are exactly these."""
    if not found:
        return
    await connection.execute(delete(problems).where(problems.c.code == str(code), problems.c.path.in_(sorted(found))))
    await _add(connection, found)


async def problems_of(connection: AsyncConnection, code: str) -> dict[str, list[Problem]]:
    """Every problem of this kind, by file."""
    found: dict[str, list[Problem]] = {}
    for row in await connection.execute(_PROBLEMS.where(problems.c.code == str(code)).order_by(problems.c.id)):
        one = _problem(row)
        found.setdefault(one.file, []).append(one)
    return found


async def with_problem(connection: AsyncConnection, code: str) -> set[str]:
    """The paths of files that have a problem of this kind."""
    return set((await connection.execute(select(problems.c.path).where(problems.c.code == str(code)))).scalars())


async def all_problems(connection: AsyncConnection) -> list[Problem]:
    """Everything that is wrong in the folder, errors first, then by place."""
    found = [_problem(row) for row in await connection.execute(_PROBLEMS)]
    return sorted(found, key=lambda one: (one.severity is not Severity.ERROR, one.file, one.line))


def _problem(row: Sequence[Any]) -> Problem:
    path, line, severity, what, mend, code, facts = row
    return Problem(path, line, Severity(severity), what, mend, code, facts)
