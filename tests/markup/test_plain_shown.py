"""Text that is shown in pieces has no LaTeX in it."""

from bot.markup.parse import parse
from bot.markup.plain import shown_text


def test_formulas_are_shown_as_readers_see_them() -> None:
    tree = parse("梯度 $\\nabla L$ 与\n\n$$\\begin{pmatrix} a \\\\ b \\end{pmatrix}$$\n\n- 项 $x^2$\n\n`code` 留下")

    assert shown_text(tree, language="zh") == "梯度 ∇L 与\n〔公式〕\n项 x²\ncode 留下"


def test_the_words_are_those_of_the_search_text() -> None:
    tree = parse("# Title\n\nWords, **bold** and [a link](https://example.com).\n\n| a | b |\n|---|---|\n| 1 | $y$ |")

    assert shown_text(tree, language="en") == "Words, bold and a link.\na b\n1 y"
