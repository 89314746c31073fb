"""What formulas of a post say to each other: macros, and the numbers by which one is referred to."""

import time

import pytest

from bot.markup.formulas import to_unicode
from bot.markup.parse import parse
from bot.markup.plain import excerpt, text
from bot.markup.tree import Code, Math, MathBlock, Paragraph, Words

MACROS = r"""$$
\newcommand{\R}{\mathbb{R}}
\newcommand{\norm}[1]{\left\lVert #1 \right\rVert}
\DeclareMathOperator*{\argmin}{arg\,min}
$$
"""


def formulas(source: str) -> list[str]:
    found: list[str] = []
    for block in parse(source).blocks:
        if isinstance(block, MathBlock):
            found.append(block.latex)
        elif isinstance(block, Paragraph):
            found += [node.latex for node in block.inlines if isinstance(node, Math)]
    return found


def test_macro_holds_in_the_formulas_after_its_definition() -> None:
    assert formulas(MACROS + "\n设 $x \\in \\R^n$，则 $\\norm{x}$：\n\n$$\\argmin_x \\norm{x}$$\n") == [
        r"x \in \mathbb{R}^n",
        r"\left\lVert x \right\rVert",
        r"\operatorname*{arg\, min}_x \left\lVert x \right\rVert",
    ]


def test_formula_that_only_defines_shows_nothing() -> None:
    tree = parse(f"{MACROS}\nWith $\\R$.\n")

    assert tree.blocks == (Paragraph((Words("With "), Math(r"\mathbb{R}"), Words("."))),)
    assert excerpt(tree, language="en") == "With ℝ."


def test_macro_that_is_defined_again_holds_from_there_on() -> None:
    source = r"$\newcommand{\v}{a} \v$ $\v + 1$ $\renewcommand{\v}{b} \v + 2$"

    assert formulas(source) == ["a", "a + 1", "b + 2"]


def test_formulas_of_a_post_without_definitions_stay_as_written() -> None:
    assert formulas("the newcommand $a  \\cdot\nb$ ref{x}") == ["a  \\cdot\nb"]


@pytest.mark.parametrize(
    "source",
    [
        r"$\newcommand{\a}{\a\a} \a$",
        r"$\def\f#1{#1} \f$",
        "$\\def\\a{" + "x" * 3000 + "} \\a\\a$",
    ],
)
def test_macro_that_cannot_be_written_out_stays_as_written(source: str) -> None:
    assert formulas(source) == [source[1:-1]]


NUMBERED = r"""
By \eqref{eq:kl} and $\eqref{eq:row}$, (\ref{eq:last}), \eqref{eq:own}; see \eqref{eq:none}, `\eqref{eq:kl}`.

\begin{equation}
\label{eq:kl}
a = b
\end{equation}

\begin{align}
a &= b \nonumber \\
c &= d \label{eq:row} \\
e &= \begin{cases} 1 \\ 2 \end{cases} \label{eq:last}
\end{align}

$$ E = mc^2 \tag{3.1}\label{eq:own} $$

$$ x \label{eq:unused} $$
"""


def test_reference_shows_the_number_of_its_formula() -> None:
    paragraph = parse(NUMBERED).blocks[0]

    assert isinstance(paragraph, Paragraph)
    assert [node.latex for node in paragraph.inlines if isinstance(node, Math)] == [r"\text{(2)}"]
    assert to_unicode(r"\text{(2)}") == "(2)"
    assert Code(r"\eqref{eq:kl}") in paragraph.inlines
    shown = text(parse(NUMBERED)).splitlines()[0]
    assert shown == r"By (1) and \text{(2)}, (3), (3.1); see \eqref{eq:none}, \eqref{eq:kl}."


def test_formula_shows_the_number_that_it_is_referred_to_by() -> None:
    equation, rows, own, unused = formulas(NUMBERED)[1:]

    assert equation == "\\begin{equation}\na = b\n\\tag{1}\\end{equation}"
    assert r"\nonumber" in rows
    assert r"c &= d \tag{2}\\" in rows
    assert rows.endswith("\\tag{3}\\end{align}")
    assert own == r"E = mc^2 \tag{3.1}\label{eq:own}"
    assert unused == r"x \label{eq:unused}"


def test_reference_to_what_is_no_formula_is_its_name() -> None:
    assert formulas(r"see $\ref{fig:loss}$") == [r"\text{fig:loss}"]


@pytest.mark.parametrize(
    "source",
    [
        "$\\def\\a{" + "x" * 3900 + "}$" + "$\\a$ $\\a1$ " * 20_000,
        "\\eqref{a}\n\n$$" + "\\label{a}" * 50_000 + "$$",
        "\\eqref{a}" * 50_000 + "\n\n$$\\label{a}$$",
        "".join(f"$\\def\\{'a' * (number % 200)}b{chr(97 + number % 26)}{{1}}$ " for number in range(20_000)),
        "".join(f"$\\def\\a{{{number}}}$ " for number in range(20_000)),
        "\\eqref{a}\n\n$$" + "\\begin{align}" * 300 + "\\\\" * 500 + "\\label{a}$$",
    ],
)
def test_hostile_definitions_are_answered_soon(source: str) -> None:
    start = time.process_time()

    parse(source)

    assert time.process_time() - start < 3
