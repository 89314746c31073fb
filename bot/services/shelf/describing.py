"""What the pages of categories say of them, kept and told to the categories."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from bot.content.section import merge_sections
from bot.domain.post import Section
from bot.storage.engine import Connection
from bot.storage.shelf import sections, topics


async def describe_categories(connection: Connection, found: Mapping[str, Section], gone: Collection[str] = ()) -> None:
    """Keep what pages of categories say, and tell the categories; `gone` are the paths of pages that went away."""
    names = await sections.remove(connection, gone) if gone else set()
    if found:
        await sections.put(connection, found)
    for name in sorted(names | {section.name for section in found.values()}):
        pages = await sections.of_category(connection, name)
        merged = merge_sections(replace(page, folder="") for page in pages)
        if name:
            await topics.describe(connection, name, merged.get(""))
