"""Formulas as Unicode: readable where a line of text stays true to them, refused where it would not."""

import json
import time

import pytest

from bot.markup.formulas import MAX_LENGTH, to_unicode
from tests.markup.telegram import commands

READABLE = {
    r"x^2 + y^{2n}": "x² + y²ⁿ",
    r"x_{i+1}": "xᵢ₊₁",
    r"x_{i}+1": "xᵢ + 1",
    r"W_Q K": "W_Q K",
    r"W_{QK}": "W_(QK)",
    r"W_Q^\top x": "Wᵀ_Q x",
    r"x_{\text{train}}y": "x_train y",
    r"\theta_{\max}": "θ_max",
    r"e^{-x^2}": "e^(−x²)",
    r"2^{\alpha}(x)": "2^(α)(x)",
    r"x^{10} + x^10": "x¹⁰ + x¹0",
    r"x^* y": "x^∗ y",
    r"x^*": "x∗",
    r"f''(x) = f^{\prime\prime}(x)": "f″(x) = f″(x)".replace("″", "′′"),
    r"\frac{1}{2}mv^2": "(1/2)mv²",
    r"\frac{1}{2}\|w\|_2^2 + |\frac{a}{b}|": "(1/2)‖w‖₂² + |a/b|",
    r"\|x\|\frac{1}{2}|y|": "‖x‖(1/2)|y|",
    r"\frac{df}{dx}|_{x=0}": "(df/dx)|ₓ₌₀",
    r"\frac{a}{b+c}": "a/(b + c)",
    r"{\eta \over \epsilon + \sqrt{r}} \odot g": "(η/(ϵ + √r)) ⊙ g",
    r"\sqrt{r + 1 \over s}": "√((r + 1)∕s)",
    r"\frac{a+b}{c}": "(a + b)∕c",
    r"\frac{a}{bc}": "a/(bc)",
    r"\frac{2x}{3}": "2x/3",
    r"\frac{\partial L}{\partial w}": "∂L/∂w",
    r"\frac{dy}{dx}": "dy/dx",
    r"\frac{1}{dk}": "1/(dk)",
    r"\log\frac{a}{b}": "log(a/b)",
    r"\frac{\log x}{y}": "(log x)∕y",
    r"\sqrt{x}": "√x",
    r"\sqrt{x^2}": "√(x²)",
    r"\sqrt{d_k}": "√dₖ",
    r"\sqrt{x+1}": "√(x + 1)",
    r"\sqrt{x}y": "√(x)y",
    r"\sqrt{x}^2": "(√x)²",
    r"\sqrt[3]{8}": "∛8",
    r"\mathbb{E}[X] = \sum_{i=1}^n x_i p_i": "𝔼[X] = ∑ᵢ₌₁ⁿ xᵢpᵢ",
    r"\mathcal{L}(\theta) \le \mathbf{x}": "ℒ(θ) ≤ 𝐱",
    r"\hat{x} + \bar{y} + \vec{v}": "x̂ + ȳ + v⃗",
    r"\max_{\theta \in \Theta} f_\theta(x)": "max_(θ∈Θ) f_θ(x)",
    r"\lim_{n \to \infty} a_n": "lim_(n→∞) aₙ",
    r"\operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V": "softmax(QKᵀ/√dₖ)V",
    r"p(x \mid y)": "p(x | y)",
    r"\|x\|_2 \leq 1": "‖x‖₂ ≤ 1",
    r"\left|\frac{a}{b}\right|": "|a/b|",
    r"|-x| - |y|": "|−x| − |y|",
    r"\{1, 2, \ldots, n\}": "{1, 2, …, n}",
    r"x = -1, y = +2": "x = −1, y = +2",
    r"1,000 \times f(1,2)": "1,000 × f(1, 2)",
    r"\text{if } x > 0": "if x > 0",
    r"a \not\in B": "a ∉ B",
    r"a \bmod b": "a mod b",
    r"x \equiv 1 \pmod{n}": "x ≡ 1 (mod n)",
    r"50\%": "50%",
    r"90^\circ": "90°",
    r"\int_0^1 f(x)\,dx": "∫₀¹ f(x) dx",
    r"{\rm softmax}(x)": "softmax(x)",
    r"\operatorname*{arg\,min}_x f": "arg minₓ f",
    r"x_i &lt; y_i": "xᵢ < yᵢ",
    r"\underset{\theta}{\arg\max}\, L": "arg max_θ L",
    r"{ab}^2": "(ab)²",
    r"L_{\text{损失}} = 1": "L_损失 = 1",
    r"\left. f \right|_{x=0}": "f|ₓ₌₀",
    r"^{[5]}": "^[5]",
    r"\sum_{i=1}^{\infty} p_i": "∑ᵢ₌₁^∞ pᵢ",
    r"\sum_{i}^{} x": "∑ᵢ x",
    r"a_{ijk} + x_{hidden} y": "aᵢⱼₖ + x_hidden y",
    r"\frac{\exp(x)}{\exp(y)}": "exp(x)∕exp(y)",
    r"\sup_{h \in H} \frac{1}{2m}": "sup_(h∈H) (1/(2m))",
    r"\newcommand{\R}{\mathbb{R}} x \in \R^n": "x ∈ ℝⁿ",
    r"W = \text{词的总长度} .": "W = 词的总长度.",
    r"\operatorname{id}^2 \, .": "id².",
    r"a \quad , \{\to, \bot\}": "a, { →, ⊥}",
    r"x_1, ..., x_n \ln .5": "x₁, ..., xₙ ln .5",
    r"\epsilon\text{-greedy}, \mathrm{t\text{-}SNE}": "ϵ-greedy, t-SNE",
    r"x \tag*{see A}": "x\u2003see A",
    r"""P(\textrm{``the"}, \text{``a''})""": "P(“the”, “a”)",
    r"\tag{3} x = y": "x = y\u2003(3)",
    r"a\hskip 1em b\mkern5mu c\kern-2pt d": "a b cd",
    r"\mathop{\mathbb{E}}_x f": "𝔼ₓ f",
}


@pytest.mark.parametrize(("latex", "text"), READABLE.items())
def test_formula_reads_on_one_line(latex: str, text: str) -> None:
    assert to_unicode(latex) == text


REFUSED = [
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
    r"\begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}",
    r"\frac{1}{1 + \frac{1}{x}}",
    r"\binom{n}{k}",
    r"\overbrace{a + b}^{n}",
    r"\left\{ a \right.",
    r"\bar{x_i}",
    r"\widehat{xyz}",
    r"a \\ b",
    r"\unknowncommand{x}",
    r"a {}_n C_k",
    r"x^2^3",
    r"{x",
    r"x}",
    r"\frac{a}",
    "\\pi\\",
    "",
    "   ",
    r"\text{for $x$}",
    r"X^\top X^T",
]


@pytest.mark.parametrize("latex", REFUSED)
def test_formula_that_a_line_would_lose_is_refused(latex: str) -> None:
    assert to_unicode(latex) is None


def test_aligned_rows_become_lines_only_when_displayed() -> None:
    latex = r"\begin{aligned} a &= b \label{eq:1} \\ &= c \tag{1} \end{aligned}"

    assert to_unicode(latex) is None
    assert to_unicode(latex, display=True) == "a = b\n= c\u2003(1)"


def test_what_stands_beside_aligned_rows_is_not_lost() -> None:
    rows = r"\begin{aligned} a &= b \\ &= c \end{aligned}"

    assert to_unicode(rows + rows, display=True) is None
    assert to_unicode("f = " + rows, display=True) is None
    assert to_unicode(rows + r" \tag{1}", display=True) is None


def test_displayed_formula_that_needs_parentheses_is_left_to_a_picture() -> None:
    assert to_unicode(r"\frac{a}{b + c}", display=True) is None
    assert to_unicode(r"E = mc^2", display=True) == "E = mc²"


def test_formula_over_the_cap_is_refused() -> None:
    assert to_unicode("x" * MAX_LENGTH) == "x" * MAX_LENGTH
    assert to_unicode("x" * (MAX_LENGTH + 1)) is None


@pytest.mark.parametrize(
    "latex",
    [
        "{" * 2000 + "}" * 2000,
        "x^" * 1999,
        "x_{" * 1300,
        r"\frac" * 800,
        r"\hat" * 1000,
        r"\sqrt{" * 660,
        r"\left(" * 660,
        r"\begin{aligned}" * 260,
        "(" * 4000,
        "'" * 4000,
        r"\text{" * 600,
        r"\mathbf{" * 500 + "x" + "}" * 500,
        "a+" * 2000,
    ],
)
def test_hostile_formula_is_answered_at_once(latex: str) -> None:
    start = time.process_time()

    answer = to_unicode(latex)

    assert answer is None or "\\" not in answer
    assert time.process_time() - start < 1


def test_no_command_is_left_in_any_answer() -> None:
    sources = [rf"\{name} x" for name in ("alpha", "foo", "sum", "text", "mathbf", "left", "begin", "frac", "\\")]

    answers = [answer for answer in map(to_unicode, sources) if answer is not None]

    assert answers
    assert not any("\\" in json.dumps(answer, ensure_ascii=False) for answer in answers)


@pytest.mark.parametrize(
    "latex",
    [
        r"\frac{n + 1}{2}",
        r"(x + y)/2 + |S|/n",
        r"\lfloor n \rfloor/k",
        r"x_1/2 + x^2/m + f'/g",
        "/2",
        r"\mathbb{R}/2 + a_k/b",
        r"\text{（甲）}/n",
        r"\text{甲}/n",
        r"\sqrt{2}/2 + 90^\circ/3",
        r"x_{Q}/_2",
    ],
)
def test_no_division_is_a_command_to_telegram(latex: str) -> None:
    text = to_unicode(latex)
    assert text is None or commands(text) == []
