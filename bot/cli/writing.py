"""`heliograph new`: a post's skeleton in the content folder."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer


def new(
    title: Annotated[str, typer.Argument(help="The post's title; its file is named by it.")],
    category: Annotated[str, typer.Option(help="The category it belongs to.")] = "",
    lang: Annotated[str, typer.Option(help="Its language: zh, en, …; default: as the title reads.")] = "",
    publish: Annotated[bool, typer.Option("--publish", help="Without `draft: true`: readers see it at once.")] = False,
) -> None:
    """Write a new post's file into the content folder, its front matter filled in, and print its path.

    It is a draft until `draft: true` is taken out. A file that is there already is left alone.
    """
    from bot.content.language import detect, parse_tag
    from bot.content.problems import Code, ContentError
    from bot.content.writing import write
    from bot.search.fold import storable
    from bot.services.authors.placing import plain_slug, target
    from bot.settings import load

    # A malformed token is another command's worry.
    settings = load(token=None)
    words = " ".join(title.split())
    slug = plain_slug(words)
    if not slug:
        print("A title needs a letter or a digit.", file=sys.stderr)
        raise typer.Exit(2)
    if storable(words + category) != words + category:
        print("The title or the category holds control characters, or is not UTF-8; write it as text.", file=sys.stderr)
        raise typer.Exit(2)
    language = parse_tag(lang) if lang else detect(words)
    if language is None:
        print(f"{lang} is no language; write --lang zh, or --lang en.", file=sys.stderr)
        raise typer.Exit(2)
    path = target(slug, language, (), {}).path
    now = datetime.now(UTC).astimezone(settings.zone)
    try:
        write(settings.content, path, skeleton(words, now, language, category, draft=not publish), expected=None)
    except ContentError as error:
        if error.problem.code == Code.FILE_CHANGED:
            print(f"{settings.content / path} is there already; choose another title.", file=sys.stderr)
        else:
            print(f"{settings.content / path}: {error.problem.what}; {error.problem.mend}.", file=sys.stderr)
        raise typer.Exit(2) from None
    print(settings.content / path)


def skeleton(title: str, now: datetime, language: str, category: str, *, draft: bool) -> bytes:
    """The file's bytes; `now` in the publication's zone is the post's date."""
    from bot.content.amending import Amended, amend

    values: list[tuple[str, Amended]] = [("title", title), ("date", now.isoformat(timespec="minutes"))]
    values.append(("lang", language))
    if category:
        values.append(("categories", (category,)))
    values.append(("tags", ()))
    if draft:
        values.append(("draft", True))
    text = b"\n"
    for key, value in values:
        text = amend("new.md", text, key, value)
    return text
