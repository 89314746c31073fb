"""Pages of categories, one row a file; several pages may speak for one category. Never commits."""

from collections.abc import Collection, Mapping
from dataclasses import asdict

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.post import Section, topic_path
from bot.storage.tables import sections
from bot.storage.upsert import insert_or

_COLUMNS = (
    sections.c.folder, sections.c.name, sections.c.title, sections.c.title_zh, sections.c.title_en,
    sections.c.description, sections.c.description_zh, sections.c.description_en, sections.c.weight,
)  # fmt: skip
_DESCRIPTION = (
    select(sections.c.description, sections.c.description_zh.label("zh"), sections.c.description_en.label("en"))
    .where(sections.c.folded == "")
    .order_by(sections.c.path)
)


async def put(connection: AsyncConnection, found: Mapping[str, Section]) -> None:
    """Keep sections by the path of their file."""
    insert = insert_or(connection, sections)
    rows = [{"path": path, "folded": _folded(section.name)} | asdict(section) for path, section in found.items()]
    renewed = insert.on_conflict_do_update(
        index_elements=["path"], set_={name: insert.excluded[name] for name in rows[0] if name != "path"}
    )
    await connection.execute(renewed, rows)


async def remove(connection: AsyncConnection, paths: Collection[str]) -> set[str]:
    """Drop the sections of these files; gives the names of their categories."""
    gone = delete(sections).where(sections.c.path.in_(sorted(paths))).returning(sections.c.name)
    return set((await connection.execute(gone)).scalars())


async def of_category(connection: AsyncConnection, name: str) -> list[Section]:
    """Every page of the category with this name, by path."""
    query = select(*_COLUMNS).where(sections.c.folded == _folded(name)).order_by(sections.c.path)
    return [Section(*row) for row in await connection.execute(query)]


async def category_names(connection: AsyncConnection) -> dict[str, str]:
    """Under which names authors may call a category that has a page: its titles, folded, to its own name.

    A category's own name is nobody else's; of two pages with one title the first by path has it.
    """
    query = select(sections.c.folded, *_COLUMNS[1:5]).where(sections.c.folded != "").order_by(sections.c.path)
    rows = (await connection.execute(query)).all()
    own = {row.folded for row in rows}
    found: dict[str, str] = {}
    for row in rows:
        for title in (row.title, row.title_zh, row.title_en):
            if title and topic_path((title,)) not in own:
                found.setdefault(topic_path((title,)), row.name)
    return found


async def description(connection: AsyncConnection, reader: str) -> str:
    """What the page of the content folder itself says to readers of this language, empty when there is none."""
    rows = (await connection.execute(_DESCRIPTION)).mappings().all()
    return next((row[column] for column in (reader, "description") for row in rows if row[column]), "")


def _folded(name: str) -> str:
    return topic_path((name,)) if name else ""
