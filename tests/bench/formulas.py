"""Formulas of real posts: the share that becomes text, the share that is drawn, and what it takes."""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from bot.markup.formulas import to_mathml, to_unicode
from bot.markup.parse import parse
from bot.markup.tree import Math, MathBlock
from bot.services.readers.illustrating import Illustrator

# Enough to tell a share to half a per cent; all of a large folder would take an hour.
MAX_DRAWN = 400
# The least formulas: what they take is the process and the card.
FLOOR = ("x", "y", "z", "a", "b", "c", "d")


def run(paths: Sequence[Path]) -> list[str]:
    """Lines to print; `paths` are Markdown files, or folders of them."""
    inline, displayed = _formulas(paths)
    lines = [f"formulas: {len(inline)} inline, {len(displayed)} displayed, each counted once"]
    for name, sources, display in (("inline", inline, False), ("displayed", displayed, True)):
        if not sources:
            continue
        start = time.perf_counter()
        texts = [to_unicode(source, display=display) for source in sources]
        spent = time.perf_counter() - start
        written = [text for text in texts if text is not None]
        left = sum("\\" in text for text in written)
        lines.append(
            f"{name}: {len(written) / len(sources):.1%} as Unicode, {left} with a command left, "
            f"{spent / len(sources) * 1000:.3f} ms each"
        )
        shown = sum(to_mathml(source, display=display) is not None for source in sources)
        lines.append(f"{name}: {shown / len(sources):.2%} as MathML")
    if displayed:
        lines += asyncio.run(_drawn(displayed))
    return lines


def _formulas(paths: Sequence[Path]) -> tuple[list[str], list[str]]:
    found: tuple[dict[str, None], dict[str, None]] = ({}, {})
    for path in paths:
        for file in sorted(path.rglob("*.md")) if path.is_dir() else [path]:
            for node in _nodes(parse(file.read_text(encoding="utf-8", errors="replace"))):
                if isinstance(node, Math | MathBlock) and node.latex.strip():
                    found[isinstance(node, MathBlock)][node.latex] = None
    return list(found[0]), list(found[1])


def _nodes(node: object) -> Iterator[object]:
    if isinstance(node, tuple):
        for inner in node:
            yield from _nodes(inner)
    elif is_dataclass(node):
        yield node
        for field in fields(node):
            yield from _nodes(getattr(node, field.name))


async def _drawn(sources: Sequence[str]) -> list[str]:
    step = max(1, len(sources) // MAX_DRAWN)
    sample = sources[::step][:MAX_DRAWN]
    times: list[float] = []
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        async with Illustrator(Path(folder), time_limit=timedelta(seconds=30)) as illustrator:
            await illustrator.draw(FLOOR[0])
            floor = median([(await _timed(illustrator, source))[1] for source in FLOOR[1:]])
            for source in sample:
                drawn, spent = await _timed(illustrator, source)
                failed += not drawn
                times.append(spent)
    over = sum(spent > 5 for spent in times)
    return [
        f"displayed: {1 - failed / len(sample):.1%} of {len(sample)} drawn, {over} over the time limit of 5 s",
        f"drawing: median {median(times) * 1000:.0f} ms, {median(times) / floor:.1f} times the least formula",
    ]


async def _timed(illustrator: Illustrator, source: str) -> tuple[bool, float]:
    start = time.perf_counter()
    drawing = await illustrator.draw(source)
    return drawing is not None, time.perf_counter() - start


if __name__ == "__main__":
    import sys

    print("\n".join(run([Path(name) for name in sys.argv[1:]])))
