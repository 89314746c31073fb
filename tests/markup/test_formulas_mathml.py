"""LaTeX as people write it reaches latex2mathml in its dialect, without what is not meant to be seen."""

import re
import time
from html import unescape
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup.formulas import MAX_LENGTH, drawable, tied, to_inline_mathml, to_mathml, to_unicode


def shown(latex: str) -> str:
    """The characters a formula shows, in order."""
    mathml = to_mathml(latex, display=True)
    assert mathml is not None, latex
    text = re.sub("<[^>]*>", "", mathml)
    return "".join(unescape(text).split())


def test_a_sign_that_could_be_markup_stays_one_character() -> None:
    mathml = to_mathml(r"a < b > \& c")
    assert mathml is not None
    assert [element.text for element in fromstring(mathml).iter() if element.text] == ["a", "<", "b", ">", "&", "c"]


def test_a_columns_sign_outside_of_a_table_is_not_understood() -> None:
    assert to_mathml(r"\color{Blue}{0 & 1}") is None


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"a \label{eq:secret} = b \nonumber", "a=b"),
        (r"a = b \tag{3.1}", "a=b(3.1)"),
        (r"a = b \tag*{see}", "a=bsee"),
        (r"a = b \tag{$*$}", "a=b(*)"),
        (r"a = b \tag{由 $x_{k+1} = y$ 得}", "a=b(由xk+1=y得)"),
        (r"a \tag{\star}", "a(⋆)"),
        (r"""P(\textrm{``the"}, \text{``a"})""", "P(“the”,“a”)"),
        (r"\tag{2} \begin{cases} a \\ b \end{cases}", "{ab(2)"),
        (r"\begin{align} \tag{1} a &= b \\ \tag{2} c &= d \end{align}", "a=b(1)c=d(2)"),
        (r"see \eqref{x}", "see(x)"),
        (r"\require{cancel} a", "a"),
        ("a % a remark\n= b", "a=b"),
        (r"50% + 1", "50%+1"),
        (r"x_i &lt; y_i &amp; z", "xi<yiz"),
        (r"\newcommand{\R}{\mathbb{R}} x \in \R^n", "x∈𝑅n".replace("𝑅", "ℝ")),
        (r"\newcommand{\norm}[1]{\left\|#1\right\|} \norm{x}", "‖x‖"),
        (r"\newcommand{\pair}[2][a]{(#1,#2)} \pair{b} \pair[c]{d}", "(a,b)(c,d)"),
        (r"\def\half{\frac{1}{2}} \half x", "12x"),
        (r"\DeclareMathOperator{\tr}{tr} \tr A", "trA"),
        (r"\operatorname*{arg\,max}_{x} f", "argmaxxf"),
        (r"\mathop{\arg\min}\limits_{x}^{y} z", "argminxyz"),
        (r"\sum_\limits{i=1}^n x", "∑i=1nx"),
        (r"\text{if $x > 0$ then}", "ifx>0then"),
        (r"\text{50\% of {all} a\_b}", "50%ofalla_b"),
        (r"\text{ {\rm s.t.} }", "s.t."),
        (r"\left<x\right>", "⟨x⟩"),
        (r"\bigl\lVert x \bigr\rVert \Bigl\lbrace y \Bigr\rangle", "‖x‖{y⟩"),
        (r"\binom{n}{k+\frac{1}{2}}", "(nk+12)"),
        (r"\textcircled{7}", "⑦"),
        (r"a &= b \\ c &= d", "a=bc=d"),
        (r"\begin{gather} a \\ b \end{gather}", "ab"),
        (r"\begin{eqnarray*} a &=& b \\ &=& c \end{eqnarray*}", "a=b=c"),
        (r"\begin{equation} \begin{split} a &= b \end{split} \end{equation}", "a=b"),
        (r"\begin{alignat}{2} a &= b \end{alignat}", "a=b"),
        (r"\begin{aligned}[t] a &= b \end{aligned}", "a=b"),
        (r"\begin{cases} 1 & x > 0 \\ 0 & \text{否则} \end{cases}", "{1x>00否则"),
        (r"\left\{ \begin{array}{ll} 1 & a \\ 2 & b \end{array} \right.", "{1a2b"),
        (r"\R^n \subset \Z", "ℝn⊂ℤ"),
        (r"A \setminus \{n\}", "A∖{n}"),
        (r"\begin{cases} a \\[4pt] b \\ [1ex] c \\* d \\*[-2pt] e \end{cases}", "{abcde"),
        (r"\begin{align} a &= b \newline c &= d \end{align}", "a=bc=d"),
        (r"\begin{matrix} a \\ [1, 2] \end{matrix}", "a[1,2]"),
        (r"\big\|x\big\| \bigl\{y\bigr\} \Big\{z\Big\}", "‖x‖{y}{z}"),
        (r"\epsilon\text{-greedy}, \mathrm{t\text{-}SNE}", "ϵ-greedy,t-SNE"),
        (r"a \not= b \not\in c \not\approx d", "a≠b∉c≉d"),
        (r"x \sim p", "x∼p"),
        (r"a\kern-2pt b\mkern5mu c\hskip 1em d\mspace{18mu}e\hspace*{0.5\textwidth}f", "abcdef"),
        (r"\begin{array}{@{}l|r@{\quad}p{3cm}*{2}{c}@{}} a & b \end{array}", "ab"),
        (r"\mathbb{1}[x > 0] \mathbb 1", "𝟙[x>0]𝟙"),
        (r"\boldsymbol{\theta} \bm{x} \mathscr{L} \mathsf{K} \mathtt{k} \textbf{b}", "𝜽𝒙ℒ𝖪𝚔𝐛"),
    ],
)
def test_formula_shows_what_its_author_meant(latex: str, text: str) -> None:
    assert shown(latex) == text


def test_rows_with_a_distance_between_them_are_rows_in_text_too() -> None:
    assert to_unicode(r"\begin{aligned} a &= b \\[4pt] c &= d \end{aligned}", display=True) == "a = b\nc = d"


@pytest.mark.parametrize(
    ("latex", "inside"),
    [
        (r"a \bmod b", '<mspace width="0.278em"></mspace><mrow><mi mathvariant="normal">m</mi>'),
        (r"\operatorname{tr} A", '<mspace width="0.167em"></mspace><mi>A</mi>'),
        (r"x \log p", '<mi>x</mi><mspace width="0.167em"></mspace><mi>log</mi><mspace width="0.167em"></mspace>'),
        (r"\log_2 n", '</msub><mspace width="0.167em"></mspace><mi>n</mi>'),
        (r"\log (n)", '<mi>log</mi><mo stretchy="false">('),
    ],
)
def test_name_of_a_function_is_no_word_with_its_neighbours(latex: str, inside: str) -> None:
    mathml = to_mathml(latex)

    assert mathml is not None
    assert inside in mathml


def test_upright_letter_alone_is_no_variable() -> None:
    mathml = to_mathml(r"\int f\,\mathrm{d}x")

    assert mathml is not None
    assert "<mtext>d</mtext><mi>x</mi>" in mathml


def test_label_of_an_arrow_is_as_wide_as_it_is_drawn() -> None:
    """MathML Core knows no sizes relative to the content, so the label would lie over what follows."""
    mathml = to_mathml(r"a \xrightarrow[x]{B \to \infty} b", display=True)

    assert mathml is not None
    assert "mpadded" not in mathml
    assert mathml.count('<mspace width="0.4em"></mspace>') == 4


@pytest.mark.parametrize(
    ("latex", "inside"),
    [
        (r"\overline{x+y}", '<mrow notation="top"><mrow><mi>x</mi>'),
        (r"\boxed{x+y}", '<mrow notation="box"><mrow><mi>x</mi>'),
        (r"\cancel{x}", '<mrow notation="updiagonalstrike"><mrow><mi>x</mi>'),
        (r"\underline{x+y}", '<mrow notation="bottom"><mrow><mi>x</mi>'),
        (r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}", '<mtd columnalign="center" notation="bottom right">'),
    ],
)
def test_line_over_a_term_or_in_a_matrix_is_drawn_by_the_page(latex: str, inside: str) -> None:
    """As a sign a bar would stand over the middle only: x ∓ y."""
    mathml = to_mathml(latex)

    assert mathml is not None
    assert inside in mathml


def test_relation_typed_as_itself_has_room_around_it() -> None:
    assert to_mathml("x ≤ y") == to_mathml(r"x \le y")
    assert "<mo>⩽</mo>" in (to_mathml(r"x \leqslant y") or "")


def test_long_formula_in_the_text_may_break_after_its_signs() -> None:
    mathml = to_inline_mathml(r"f(x) = a_0 + a_1 x + a_2 x^2 + \cdots + -a_n")

    assert mathml is not None
    parts = [unescape(re.sub("<[^>]*>", "", part)) for part in mathml.split("</math>")]
    assert parts == ["f(x)=", "a0+", "a1x+", "a2x2+", "⋯+", "−an", ""]


def test_short_formula_stays_on_its_line() -> None:
    assert to_inline_mathml("x = 1") == to_mathml("x = 1")


def test_comma_after_a_formula_stays_on_its_line() -> None:
    assert tied("<math>a</math><math>b</math>", "，即 c") == (
        '<math>a</math><span class="tied"><math>b</math>，</span>即 c'
    )
    assert tied("<math>a</math>", " and b") == "<math>a</math> and b"


def test_script_after_a_matrix_belongs_to_the_whole_of_it() -> None:
    mathml = to_mathml(r"\begin{bmatrix} a \end{bmatrix}^{-1}")

    assert mathml is not None
    assert "<msup><mrow><mo>[</mo>" in mathml


def test_sign_that_begins_something_is_not_spaced_as_an_operator() -> None:
    assert drawable(r"-x = (-1)^{-2} - y") == r"{-}x = ({-}1)^{{-}2} - y"
    assert drawable(r"\hspace{-1em}x") == r"\hspace{-1em}x"
    assert drawable(r"\text{-1}") == r"{\text{-1}}"


@pytest.mark.parametrize(
    "latex",
    [
        r"\mystery{x}",
        "{x",
        r"\frac{a",
        r"\frac{a}",
        r"\left( x \right",
        r"\left( x",
        "",
        r"\newcommand{\a}{\a\a} \a",
        r"\newcommand{\x}{y}",
        r"\def\a{\b\b\b\b}\def\b{\c\c\c\c}\def\c{\d\d\d\d}\def\d{\e\e\e\e}\def\e{\f\f\f\f}\def\f{xxxxxxxx}\a\a\a\a",
        "x" * (MAX_LENGTH + 1),
    ],
)
def test_formula_that_is_not_understood_is_refused(latex: str) -> None:
    assert to_mathml(latex) is None


@pytest.mark.parametrize(
    "latex",
    [
        "{" * 1999 + "}" * 1999,
        r"\sqrt{" * 600,
        r"\binom{" * 500,
        r"\text{$" * 500,
        "x^" * 1999,
        r"\newcommand{\a}[9]{#1#1#1#1#1#1#1#1#1}" * 90,
        r"\left(" * 600,
        r"\begin{matrix}" * 280,
        "&" * 4000,
        r"\\" * 2000,
        "_" * 4000,
    ],
)
def test_hostile_formula_is_answered_soon(latex: str) -> None:
    start = time.process_time()

    to_mathml(latex)

    assert time.process_time() - start < 3


PARTS = r"""
    x 1 + - = ( ) [ ] { } ^ _ & ' , | \\ \alpha \frac \sqrt \left( \right) \left \right \middle \text{ $ % \mathbf
    \hat \not
    \limits \sum \operatorname*{ \tag{ \binom \over \choose \begin{aligned} \end{aligned} \begin{cases}
    \end{cases} \def \x #1
    \newcommand \underset \substack{ \label{ \textcircled ⑨ \rm \color{red} \big \hspace{1em} ~ 中 \unknown
"""


@given(st.lists(st.sampled_from(PARTS.split()), max_size=14).map("".join))
def test_any_soup_of_latex_is_answered(latex: str) -> None:
    text = to_unicode(latex)
    mathml = to_mathml(latex)

    assert text is None or (text and "\\" not in text)
    assert mathml is None or mathml.startswith("<math")
