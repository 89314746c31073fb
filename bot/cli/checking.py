"""`heliograph check`: every problem of the content folder, without a token or a database."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple
from zoneinfo import ZoneInfo

import typer

from bot.domain.problem import Problem, Severity

if TYPE_CHECKING:
    from bot.content.folder import FileEntry
    from bot.services.shelf.proofreading import Proofreader

# Fewer files are read before a person could see a bar.
FILES_FOR_PROGRESS = 300


@dataclass
class Report:
    """What a look at the whole folder found; `not_posts` are Markdown files that are none, such as a README."""

    posts: int = 0
    sections: int = 0
    not_posts: int = 0
    problems: list[Problem] = field(default_factory=list)

    def count(self, severity: Severity) -> int:
        """How many problems have this verdict."""
        return sum(problem.severity is severity for problem in self.problems)


class _Claim(NamedTuple):
    """What the shelf needs to know of a post; ten thousand bodies would be too much to keep."""

    path: str
    slug: str
    slug_line: int
    language: str | None
    date: datetime | None


def check(
    folder: Annotated[
        Path | None, typer.Argument(help="The folder of posts, or one post; default: HELIOGRAPH_CONTENT, else content.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print every problem of the posts in FOLDER by file and line, and how to mend it.

    The exit code is 1 when there are errors, 2 when the folder is not there. Needs no token and no database.
    """
    from bot.content.naming import is_post_name
    from bot.content.problems import ContentError
    from bot.settings import load

    # A malformed token is another command's worry.
    settings = load(token=None)
    root = folder or settings.content
    if root.is_file() and not is_post_name(root.name):
        print(f"{root} is no Markdown file; name one that ends in .md, or the folder of posts.", file=sys.stderr)
        raise typer.Exit(2)
    try:
        report = examine(root, zone=settings.zone, zone_is_assumed=not settings.timezone)
    except ContentError as error:
        what, mend = error.problem.what, error.problem.mend
        print(f"{what[0].upper()}{what[1:]}; {mend}.", file=sys.stderr)
        raise typer.Exit(2) from None
    print(_as_json(root, report) if as_json else "\n".join(_lines(report)))
    if report.count(Severity.ERROR) or (strict and report.problems):
        raise typer.Exit(1)


def examine(root: Path, *, zone: ZoneInfo, zone_is_assumed: bool = False) -> Report:
    """Read every post below `root`, or the one that `root` is. Raises ContentError when there is no such folder."""
    from bot.content.folder import Kind, scan_folder
    from bot.content.naming import is_post_name
    from bot.content.shelf import resolve_slugs
    from bot.services.shelf.proofreading import Proofreader

    only = root.name if root.is_file() else None
    root = root.parent if only else root
    listed = sorted(scan_folder(root))
    entries = [entry for entry in listed if only in {None, entry.path}]
    report = Report(not_posts=sum(entry.kind is Kind.OTHER and is_post_name(entry.path) for entry in entries))
    report.problems.extend(entry.problem for entry in entries if entry.problem)
    claims: list[_Claim] = []
    texts = Proofreader([entry.path for entry in listed], is_whole=only is None)
    for entry in _with_progress([entry for entry in entries if entry.kind in {Kind.POST, Kind.SECTION}]):
        claims.extend(_read(root, entry, report, texts, zone=zone, zone_is_assumed=zone_is_assumed))
    report.problems.extend(resolve_slugs(claims).problems)
    report.problems.extend(texts.lost_links())
    report.problems.sort(key=lambda problem: (problem.file, problem.line))
    return report


def _read(
    root: Path, entry: "FileEntry", report: Report, texts: "Proofreader", *, zone: ZoneInfo, zone_is_assumed: bool
) -> Iterable[_Claim]:
    from bot.content.document import read_document
    from bot.content.folder import Kind
    from bot.content.language import detect
    from bot.content.opening import read_file
    from bot.content.problems import ContentError
    from bot.content.section import read_section

    try:
        data = read_file(root, entry.path)
    except ContentError as error:
        report.problems.append(error.problem)
        return
    if entry.kind is Kind.SECTION:
        section, problems = read_section(entry.path, data)
        report.sections += section is not None
        report.problems.extend(problems)
        return
    post, problems = read_document(entry.path, data, zone=zone, zone_is_assumed=zone_is_assumed)
    report.problems.extend(problems)
    if post:
        report.posts += 1
        report.problems.extend(texts.read(post))
        yield _Claim(post.path, post.slug, post.slug_line, post.language or detect(post.body), post.date)
    elif not problems:
        report.not_posts += 1


def _with_progress(entries: "Sequence[FileEntry]") -> "Iterable[FileEntry]":
    """The entries, with a bar on standard error while a person waits for many."""
    if len(entries) < FILES_FOR_PROGRESS or not sys.stderr.isatty():
        return entries
    from rich.console import Console
    from rich.progress import track

    return track(entries, description="Reading", console=Console(stderr=True), transient=True)


def _lines(report: Report) -> Iterable[str]:
    from bot.content.decode import printable

    for problem in report.problems:
        # Line 0 is the file as a whole; editors that jump to a place want a line all the same.
        place = f"{problem.file}:{max(1, problem.line)}"
        yield printable(f"{place}: {problem.what}; {problem.mend} [{problem.severity}]")
    read = f"{_counted(report.posts, 'post')}, {_counted(report.sections, 'section')}"
    skipped = f", {_counted(report.not_posts, 'other Markdown file')}" if report.not_posts else ""
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    verdict = f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}" if errors or warnings else "no problems"
    yield f"{read}{skipped}: {verdict}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _as_json(root: Path, report: Report) -> str:
    facts = {
        "folder": str(root),
        "posts": report.posts,
        "sections": report.sections,
        "not_posts": report.not_posts,
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "by_code": dict(Counter(problem.code for problem in report.problems).most_common()),
        "problems": [asdict(problem) for problem in report.problems],
    }
    return json.dumps(facts, ensure_ascii=False, indent=2)
