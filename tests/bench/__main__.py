"""`python -m tests.bench [NAME…] [--corpus PATH]`: prints figures, as ratios to floors of the same run; never asserts.

Each other module here with a `run` is a bench: it gives lines to print. What reads posts takes a corpus: a folder of
Markdown files, or a `.jsonl` or `.jsonl.gz` file with a document a line, its text under `body`. Without one it reads
the sample posts, and a search bench, to which so few say nothing, is left out. `NAME --help` says all about one.
"""

import argparse
import asyncio
import gzip
import importlib
import inspect
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "content"
NEEDS_MANY = frozenset({"search"})


def benches() -> dict[str, ModuleType]:
    """The modules that can be run, by name."""
    names = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    found = {name: importlib.import_module(f"tests.bench.{name}") for name in names}
    return {name: module for name, module in found.items() if hasattr(module, "run")}


@contextmanager
def markdown_files(corpus: Path) -> Iterator[list[Path]]:
    """The corpus as files; the documents of a JSON lines file are written out for as long as they are read."""
    if corpus.is_dir():
        yield sorted(corpus.rglob("*.md"))
        return
    opening = gzip.open if corpus.suffix == ".gz" else open
    with tempfile.TemporaryDirectory() as folder, opening(corpus, "rt", encoding="utf-8") as lines:
        yield [_written(Path(folder) / f"{number:06}.md", line) for number, line in enumerate(lines)]


def _written(path: Path, line: str) -> Path:
    path.write_text(json.loads(line)["body"], encoding="utf-8")
    return path


def lines_of(module: ModuleType, corpus: Path | None) -> Sequence[str]:
    """What a bench has to say; its parameter, if it has one, says what it reads."""
    parameters = list(inspect.signature(module.run).parameters)
    if not parameters:
        said = module.run()
    elif parameters[0] == "paths":
        with markdown_files(corpus or SAMPLES) as paths:
            said = module.run(paths)
    else:
        said = module.run(corpus or SAMPLES)
    return list(asyncio.run(said) if inspect.iscoroutine(said) else said)


def about(known: dict[str, ModuleType], names: Sequence[str]) -> str:
    """What these benches say of themselves, variables that they read included; of all, the first line each."""
    if names:
        return "\n\n".join(f"{name}: {inspect.getdoc(known[name])}" for name in names)
    return "\n".join(f"  {name:<10}{(inspect.getdoc(module) or '').splitlines()[0]}" for name, module in known.items())


def main() -> None:
    known = benches()
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__.partition(":")[2].strip(),
        epilog=about(known, [word for word in sys.argv[1:] if word in known]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(known)}; all when left out")
    parser.add_argument("--corpus", type=Path, help="a folder of Markdown files, or a .jsonl(.gz) with a `body` a line")
    arguments = parser.parse_args()
    if strangers := [name for name in arguments.names if name not in known]:
        parser.error(f"there is no bench {strangers[0]}; there are {', '.join(known)}")
    if arguments.corpus is not None and not arguments.corpus.exists():
        parser.error(f"there is no {arguments.corpus}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {arguments.corpus or 'the sample posts'}")
    for name in arguments.names or known:
        if name in NEEDS_MANY and arguments.corpus is None:
            print(f"\n{name}: left out, for it needs many posts; name some with --corpus", flush=True)
            continue
        begun = time.perf_counter()
        said = lines_of(known[name], arguments.corpus)
        print(f"\n{name} ({time.perf_counter() - begun:.0f} s)", *said, sep="\n  ", flush=True)


if __name__ == "__main__":
    main()
