"""A post's bytes and path into a Document, with every problem on its line; no bytes make it raise."""

import hashlib
import re
from datetime import datetime
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from bot.content import language, names, naming
from bot.content.coerce import NO, YES, Fields
from bot.content.dates import start_of
from bot.content.decode import decode
from bot.content.frontmatter import FrontMatter, UnreadableError, read_front_matter
from bot.content.problems import Code, ContentError, problem
from bot.domain.post import Document
from bot.domain.problem import Problem

# A card shows two lines; a longer title is text in the wrong place.
MAX_TITLE_CHARACTERS = 200
MAX_SUMMARY_CHARACTERS = 2000
MAX_ADDRESS_CHARACTERS = 1000

# Hugo sorts light pages first, the other tools heavy ones: a weight counts down from here.
_HEAVIEST = 1_000_000


def read_document(
    path: str,
    data: bytes,
    *,
    zone: ZoneInfo,
    first_folder_as_category: bool = True,
    zone_is_assumed: bool = False,
) -> tuple[Document | None, list[Problem]]:
    """The post in `data`, the bytes of the file at `path` in the content folder. Never raises.

    Dates without a zone are read in `zone`; with `zone_is_assumed`, because nobody chose it, that is a problem. No
    Document and no problem: the file is no post (a repository's README). No Document and a problem: what was on the
    shelf before stays there.
    """
    try:
        decoded = decode(path, data)
    except ContentError as error:
        return None, [error.problem]
    errors: tuple[Problem, ...] = ()
    try:
        front = read_front_matter(path, decoded.text)
    except UnreadableError as error:
        errors = error.problems
        if error.mended is None:
            return None, sorted(errors, key=_line)
        # Read on as if it were mended: what is wrong with its values is told at once as well.
        front = error.mended
    facts = naming.path_facts(path)
    if facts.is_repository_paper and not front.is_present:
        return None, []
    if not front.is_present and _says_nothing(decoded.text):
        return None, [problem(Code.FILE_EMPTY, path)]
    fields = Fields(path, front, zone, zone_is_assumed=zone_is_assumed)
    document = _document(path, data, front, fields, facts, first_folder_as_category=first_folder_as_category)
    problems = [*decoded.problems, *front.problems, *fields.problems]
    if errors:
        # What a line says once it is mended is not told beside how to mend it.
        mended = {error.line for error in errors}
        return None, [*sorted(errors, key=_line), *sorted((p for p in problems if p.line not in mended), key=_line)]
    if not document.summary and _says_nothing(document.body):
        problems.append(problem(Code.BODY_EMPTY, path, document.body_line))
        return None, sorted(problems, key=_line)
    return document, sorted(problems, key=_line)


def _line(found: Problem) -> int:
    return found.line


def _says_nothing(text: str) -> bool:
    """Whether there are only rules, marks of an empty list or of front matter that nobody wrote, or nothing at all."""
    return all(character in "-*_+=;" or character.isspace() for character in text)


def _document(
    path: str,
    data: bytes,
    front: FrontMatter,
    fields: Fields,
    facts: naming.PathFacts,
    *,
    first_folder_as_category: bool,
) -> Document:
    slug, slug_line = _slug(fields)
    date, not_before = _dates(fields)
    if date is None and facts.date is not None:
        date = start_of(facts.date, fields.zone)
    categories = names.category_paths(fields, is_jekyll=facts.is_jekyll)
    if not categories and first_folder_as_category and facts.category:
        categories = ((facts.category,),)
    aliases, other_names = names.aliases(fields)
    return Document(
        path=path,
        slug=slug or facts.slug,
        slug_line=slug_line,
        body=front.body,
        body_line=front.body_line,
        content_hash=hashlib.sha256(data).hexdigest(),
        title=fields.text("title", limit=MAX_TITLE_CHARACTERS),
        summary=fields.text("summary", "excerpt", "description", limit=MAX_SUMMARY_CHARACTERS),
        date=date,
        not_before=not_before,
        updated=fields.moment("lastmod", "updated", "modified", "last_modified_at"),
        expires=fields.moment("expirydate", "unpublishdate"),
        draft=_is_hidden(fields) or facts.is_draft,
        categories=categories,
        tags=names.tag_names(fields, is_jekyll=facts.is_jekyll),
        aliases=aliases,
        other_names=other_names,
        cover=_cover(fields),
        language=_language(fields) or facts.language,
        weight=_weight(fields),
        extra=dict(fields.rest),
    )


def _slug(fields: Fields) -> tuple[str | None, int]:
    for key, value, line in fields.found("slug", "url", "permalink"):
        if not isinstance(value, str):
            fields.report(Code.TEXT_EXPECTED, line, key=key)
            continue
        is_address = key.casefold() != "slug"
        if is_address and "/:" in f"/{value}":
            # A pattern for the generator to fill in (`/:categories/:title/`) names no post.
            continue
        slug = naming.clean_slug(_path_of(value) if is_address else value)
        if slug:
            if not is_address and not {".", ".."}.isdisjoint(re.split(r"[/\\]", value)):
                fields.report(Code.SLUG_CHANGED, line, key=key, value=value, slug=slug)
            return slug, line
        if not is_address:
            fields.report(Code.SLUG_UNUSABLE, line, key=key, value=value)
    return None, 0


def _path_of(address: str) -> str:
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        path = address
    return re.sub(r"(?:(?:^|/)index)?\.(?:html?|md)$", "", path)


def _dates(fields: Fields) -> tuple[datetime | None, datetime | None]:
    """The post's date, and until when Hugo's `publishDate` holds it back beyond that."""
    date = fields.moment("date", dates_the_post=True)
    held = fields.moment(
        "publishdate",
        "publish_date",
        "pubdate",
        "published",
        words_too=frozenset({"published"}),
        dates_the_post=date is None,
    )
    if date is None:
        return held, None
    return date, held if held and held > date else None


def _is_hidden(fields: Fields) -> bool:
    """Whether any key keeps the post from readers; each is asked, so that each doubt is reported."""
    answers = [
        fields.hides("draft", when=True),
        fields.hides("published", when=False, dates_too=True),
        fields.hides("hidden", when=True),
        # Obsidian Publish.
        fields.hides("publish", when=False, dates_too=True),
    ]
    return any(answers)


def _cover(fields: Fields) -> str | None:
    for _, value, _ in fields.found("cover", "image", "images", "featured_image"):
        first = value[0] if isinstance(value, list) else value
        if isinstance(first, dict):
            first = next((first[key] for key in ("image", "src", "path", "url") if first.get(key)), None)
        if isinstance(first, str) and first.strip() and first.strip().casefold() not in YES | NO:
            return first.strip()[:MAX_ADDRESS_CHARACTERS]
    return None


def _language(fields: Fields) -> str | None:
    for key, value, line in fields.found("lang", "language"):
        tag = language.parse_tag(value) if isinstance(value, str) else None
        if tag:
            return tag
        fields.report(Code.LANGUAGE_UNKNOWN, line, key=key, value=value if isinstance(value, str) else "[…]")
    return None


def _weight(fields: Fields) -> int:
    pinned = fields.number("pin", "pinned", "sticky", "top")
    if pinned:
        return max(0, pinned)
    weight = fields.number("weight")
    return max(1, _HEAVIEST - weight) if weight > 0 else 0
