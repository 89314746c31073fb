"""Reading posts: the tree and its outputs, as multiples of reading the same files and letting pyromark parse them.

A formula is translated once and remembered, so the outputs that show formulas are measured both ways.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyromark
from pyromark import Options

from bot.markup import classic, html, plain, rich
from bot.markup.formulas import to_mathml, to_unicode
from bot.markup.parse import parse
from bot.markup.tree import Tree

ROUNDS = 3
_PARSER = pyromark.Markdown(
    options=Options.ENABLE_TABLES
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_TASKLISTS
    | Options.ENABLE_MATH
)


def run(paths: Sequence[Path]) -> list[str]:
    """Lines to print. Each file goes through every step in turn, so that a busy machine slows all of them alike."""
    steps: dict[str, Callable[[Path, Tree], object]] = {
        "floor": lambda path, _: sum(1 for _ in _PARSER.events(_read(path))),
        "tree": lambda path, _: parse(_read(path)),
        "excerpt": lambda _, tree: plain.excerpt(tree, language="zh"),
        "search text": lambda _, tree: plain.search_text(tree),
        "classic messages": lambda _, tree: classic.paginate(tree, language="zh", resolve_link=_nowhere),
        "rich messages": lambda _, tree: rich.build(tree, language="zh", resolve_link=_nowhere, image=_nowhere),
        "web page": lambda _, tree: html.render(
            tree, language="zh", resolve_link=_nowhere, resolve_image=lambda source: source
        ),
    }
    spent = dict.fromkeys(steps, 0.0)
    fresh = dict.fromkeys(("classic messages", "web page"), 0.0)
    pages = 0
    for path in paths:
        tree = parse(_read(path))
        pages += len(classic.paginate(tree, language="zh", resolve_link=_nowhere))
        for name, step in steps.items():
            spent[name] += min(_seconds(step, path, tree) for _ in range(ROUNDS))
        for name in fresh:
            fresh[name] += min(_seconds(_forgetting(steps[name]), path, tree) for _ in range(ROUNDS))
    lines = _lines(dict(spent), len(paths), pages)
    return lines + [
        f"{name}, its formulas never seen before: {seconds / spent['floor']:.1f} times"
        for name, seconds in fresh.items()
    ]


def _forgetting(step: Callable[[Path, Tree], object]) -> Callable[[Path, Tree], object]:
    to_mathml.cache_clear()
    to_unicode.cache_clear()
    return step


def _lines(spent: dict[str, float], files: int, pages: int) -> list[str]:
    floor = spent.pop("floor")
    total = sum(spent.values())
    visit = total - spent["rich messages"] - spent["web page"]
    return [
        f"markup: {files} files, {pages / max(files, 1):.1f} classic messages each",
        f"reading + pyromark: {floor / max(files, 1) * 1e6:.0f} us a file",
        *(f"{name}: {seconds / floor:.1f} times that" for name, seconds in spent.items()),
        f"what a visit to a post takes (all but rich and web): {visit / floor:.1f} times",
        f"everything: {total / floor:.1f} times",
    ]


def _seconds(step: Callable[[Path, Tree], object], path: Path, tree: Tree) -> float:
    started = time.process_time()
    step(path, tree)
    return time.process_time() - started


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _nowhere(_: str) -> None:
    return None
