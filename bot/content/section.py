"""A category's page: `_index.md` in its folder, or `_index.zh.md` beside `_index.en.md`."""

from collections.abc import Iterable
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.content.coerce import Fields
from bot.content.decode import decode, printable
from bot.content.document import MAX_SUMMARY_CHARACTERS, MAX_TITLE_CHARACTERS
from bot.content.frontmatter import read_front_matter
from bot.content.naming import path_facts
from bot.content.problems import ContentError
from bot.domain.post import Section
from bot.domain.problem import Problem


def read_section(path: str, data: bytes) -> tuple[Section | None, list[Problem]]:
    """The section in `data`, the bytes of the `_index.md` at `path`. Never raises."""
    try:
        decoded = decode(path, data)
        front = read_front_matter(path, decoded.text)
    except ContentError as error:
        return None, [error.problem]
    fields = Fields(path, front, ZoneInfo("UTC"))
    folder = path.rpartition("/")[0]
    title = fields.text("title", "name", limit=MAX_TITLE_CHARACTERS)
    tongue = path_facts(path).language
    description = fields.text("description", "summary", limit=MAX_SUMMARY_CHARACTERS)
    in_chinese = fields.text("description_zh", limit=MAX_SUMMARY_CHARACTERS)
    in_english = fields.text("description_en", limit=MAX_SUMMARY_CHARACTERS)
    section = Section(
        folder=folder,
        name=" ".join(printable(folder.rpartition("/")[2]).split()),
        title=title,
        title_zh=fields.text("title_zh", limit=MAX_TITLE_CHARACTERS) or (title if tongue == "zh" else None),
        title_en=fields.text("title_en", limit=MAX_TITLE_CHARACTERS) or (title if tongue == "en" else None),
        description=description,
        description_zh=in_chinese or (description if tongue == "zh" else None),
        description_en=in_english or (description if tongue == "en" else None),
        weight=fields.number("weight"),
    )
    return section, [*decoded.problems, *front.problems, *fields.problems]


def merge_sections(sections: Iterable[Section]) -> dict[str, Section]:
    """One section a folder: what a page in one language leaves open, the next fills."""
    merged: dict[str, Section] = {}
    for section in sections:
        known = merged.get(section.folder)
        merged[section.folder] = section if known is None else _filled(known, section)
    return merged


def _filled(known: Section, other: Section) -> Section:
    return replace(
        known,
        title=known.title or other.title,
        title_zh=known.title_zh or other.title_zh,
        title_en=known.title_en or other.title_en,
        description=known.description or other.description,
        description_zh=known.description_zh or other.description_zh,
        description_en=known.description_en or other.description_en,
        weight=known.weight or other.weight,
    )
