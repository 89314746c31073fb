"""Hostile Markdown costs time and memory in proportion to its length, and no more than a post's share of it.

A child process does the work, so that a hang or a crash fails one test and not the run.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Makes a source from each expression given, then one four times as long; prints seconds for both. The process's own
# clock is read, so that a busy machine does not count.
SCRIPT = """
import sys, time, tracemalloc
from bot.markup import html, rich
from bot.markup.classic import paginate
from bot.markup.parse import parse
from bot.markup.plain import excerpt, reading_minutes, search_text

def outputs(source):
    tree = parse(source)
    excerpt(tree, language="zh")
    search_text(tree)
    reading_minutes(tree)
    paginate(tree, language="zh", resolve_link=lambda url: None)
    rich.build(tree, language="zh", resolve_link=lambda url: None, image=lambda source: None)
    html.render(tree, language="zh", resolve_link=lambda url: None, resolve_image=lambda source: None)

def seconds(source):
    started = time.process_time()
    outputs(source)
    return time.process_time() - started

def peak(source):
    tracemalloc.start()
    outputs(source)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most

outputs("a")
for expression in sys.argv[2:]:
    if sys.argv[1] == "seconds":
        print(*(seconds(eval(expression, {"n": n})) for n in (5_000, 20_000)))
    else:
        print(peak(eval(expression, {"n": 16_000})) / 16_000)
"""
# A post is at most 1 MiB (CONTENT.md), so that none takes more than 256 MiB while all its outputs are made.
MAX_BYTES_A_CHARACTER = 256

REPEATED = [
    "[", "]", "![", "[[", "(", "`", "*", "**a", "_", "~", "~~", "$", "$$", "$a", "\\(", "\\[", "\\begin{align}",
    "<", "<a ", "<a href='", "<b>", "</b>", "<div>", "<details>", "<table><tr><td>", "<!--", "<?", "<script>", "<pre>",
    "{{<", "{{< a >}}", "{% raw %}", "{{< code >}}", ":::\n", "::: a\n", "!!! note\n    a\n", "==a", "^a^", "**“",
    "> ", ">", "- ", "1. ", "#", "# a\n", "|a", "|a|b|\n|-|-|\n", "[^1]", "[^1]: a\n", "a\n: b\n", "```\n", "~~~\n> ",
    "\u0301", "\u200d", "\U0001f600", "中", "，", "\ud800", "\x00", "\U0010ff02", "\ufdd0", "main.py ", "a.b.", "\\",
    "{: .a}\n", "](a){", "](a){.a}", "* TOC\n{:toc}\n", "> a\n{: .tip}\n", "[TOC]\n\n", "$\\def\\a{b}$", "$\\a$\\def",
    "\\ref{a}$$\\label{a}$$", "|`a|b`", "`|`|\n|-|-|\n", "%%\n", "%% a", "^[", "^[ab", "^[ab]",
    "%%a%%", "$$a$$ {#a}", "\n-|",
]  # fmt: skip

SHAPES = {
    "backticks of every length": "' '.join('`' * i for i in range(1, int((2 * n) ** 0.5)))",
    "lists in lists": "''.join('  ' * i + '- a\\n' for i in range(int(n ** 0.5)))",
    "quotes in quotes": "'\\n'.join('>' * i + ' a' for i in range(1, int((2 * n) ** 0.5)))",
    "callouts in callouts": "''.join('    ' * i + '!!! note\\n' for i in range(int((n / 2) ** 0.5)))",
    "containers closed by others": "'::: a\\n' * (n // 12) + '::::\\n' * (n // 12)",
    "brackets before one far closer": "'\\\\[ ' * (n // 3) + 'x_1 \\\\]'",
    "shortcodes in shortcodes": "'{{< a >}}' * (n // 18) + '{{< /a >}}' * (n // 20)",
    "tags never closed, others closed": "'<details>' * (n // 18) + '</b>' * (n // 8)",
    "a fence in a quote": "'> ```\\n' + '> ~~~\\n' * (n // 6)",
    "a table wider than its rows": "'|' + 'a|' * (n // 8) + '\\n|' + '-|' * (n // 8) + '\\n' + '|a|\\n' * (n // 16)",
    "one word": "'a' * n",
    "formulas on one line": "'$$a$$ x ' * (n // 8)",
    "formulas, no two the same": "' '.join(f'$x_{i}$' for i in range(n // 8))",
    "cells": "'|a|b|\\n|-|-|\\n' + '|a|b|\\n' * (n // 6)",
    "words on one line": "'word ' * (n // 5)",
    "footnotes": "''.join(f'[^{i}]: a\\n\\n' for i in range(n // 20)) + ''.join(f'[^{i}]' for i in range(n // 20))",
    "tags in tags": "'<div><ul><li><b>a' * (n // 18)",
    "headings": "'# a\\n' * (n // 4)",
    "terms": "'a\\n: b\\n\\n' * (n // 7)",
    "a table's rule that ends in spaces": "'`|`|\\n|-|' + ' ' * n + 'x'",
    "a quote's rule that ends in spaces": "'`|`|\\n' + '> ' * (n // 2) + '-x'",
    "rows and then no rule": "'`a|b`|\\n|-|-|\\n' + '`a|b`|c\\n' * (n // 8)",
    "macros, no two the same": "''.join(f'$\\\\def\\\\a{chr(97 + i % 26) * (i % 99)}{{b}}$ ' for i in range(n // 60))",
    "cells that reach down": "'<table><tr>' + '<td rowspan=99>a' * (n // 32) + '<tr><td>b' * (n // 18)",
    "a word in a formula": "'$ \\\\x{} ' + 'a' * n + ' $'",
    "spaces in a formula": "'$ \\\\x{} abc' + ' ' * n + '. $'",
    "formulas of fractions": "'$' + '\\\\frac{a}{' * (n // 9) + '}' * (n // 9) + '$'",
}


GREEDY = (
    "formulas, no two the same",
    "cells",
    "words on one line",
    "footnotes",
    "tags in tags",
    "quotes in quotes",
    "headings",
    "terms",
)


def _lines(measure: str, expressions: dict[str, str]) -> dict[str, list[float]]:
    """What a child process measured for each: seconds for a short and a long source, or bytes a character."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, measure, *expressions.values()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return {
        name: [float(figure) for figure in line.split()]
        for name, line in zip(expressions, done.stdout.splitlines(), strict=True)
    }


def _slow(expressions: dict[str, str]) -> dict[str, list[float]]:
    """Those whose cost grew faster than their length, with seconds for the short and the long source.

    Sixteen times the cost would be quadratic; half a second is granted for a machine that stumbles.
    """
    measured = _lines("seconds", expressions)
    return {name: both for name, both in measured.items() if both[1] > 8 * both[0] + 0.5}


@pytest.mark.parametrize("group", range(3))
def test_repetition_of_any_mark_costs_its_length_and_no_more(group: int) -> None:
    assert _slow({piece: f"{piece!r} * (n // {len(piece)})" for piece in REPEATED[group::3]}) == {}


def test_hostile_shapes_cost_their_length_and_no_more() -> None:
    assert _slow(SHAPES) == {}


def test_hostile_shapes_take_no_more_memory_than_a_post_may() -> None:
    taken = _lines("bytes", {name: SHAPES[name] for name in GREEDY} | {"brackets": "'[' * n"})
    assert {name: most for name, (most,) in taken.items() if most > MAX_BYTES_A_CHARACTER} == {}
