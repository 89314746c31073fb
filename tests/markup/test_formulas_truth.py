"""A formula written as text has the value of the formula, however a reader binds what stands side by side."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup.formulas import to_unicode
from bot.markup.formulas.symbols import SUPERSCRIPTS

VALUES = {"a": 1.7, "b": 2.3, "c": 0.9, "x": 3.1, "y": 1.3}
_LOWERED = {raised: plain for plain, raised in SUPERSCRIPTS.items() if plain not in "⊤ϕ"}


@dataclass(frozen=True)
class Formula:
    latex: str
    value: float


LEAVES = st.one_of(
    st.sampled_from(sorted(VALUES)).map(lambda name: Formula(name, VALUES[name])),
    st.integers(1, 12).map(lambda number: Formula(str(number), float(number))),
)


def _joined(first: Formula, second: Formula) -> Formula:
    # Digits side by side would be another number, in LaTeX as in text.
    space = r" \cdot " if second.latex[0].isdigit() or second.latex[0] == "-" else ""
    return Formula(f"{first.latex}{space}{second.latex}", first.value * second.value)


def _grouped(make: Callable[[str], str]) -> Callable[[Formula], Formula]:
    return lambda inner: Formula(make(inner.latex), inner.value)


def _power(base: Formula, exponent: Formula) -> Formula:
    try:
        value = base.value**exponent.value
    except (OverflowError, ZeroDivisionError):
        value = math.inf
    return Formula(f"{{{base.latex}}}^{{{exponent.latex}}}", value if isinstance(value, float) else math.inf)


def _larger(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    closed = inner.map(_grouped(lambda latex: rf"\left({latex}\right)"))
    factor = st.one_of(LEAVES, closed, inner.map(_grouped(lambda latex: f"({latex})")))
    return st.one_of(
        st.builds(_joined, factor, factor),
        st.builds(lambda a, b: Formula(f"{a.latex} + {b.latex}", a.value + b.value), inner, factor),
        st.builds(lambda a, b: Formula(f"{a.latex} - {b.latex}", a.value - b.value), inner, factor),
        st.builds(
            lambda a, b: Formula(rf"\frac{{{a.latex}}}{{{b.latex}}}", a.value / (b.value or math.inf)), inner, inner
        ),
        st.builds(
            lambda a, b: Formula(rf"{a.latex} \frac{{{b.latex}}}{{c}}", a.value * b.value / VALUES["c"]), factor, inner
        ),
        st.builds(
            lambda a, b: Formula(rf"\frac{{{a.latex}}}{{b}} {b.latex}", a.value / VALUES["b"] * b.value), inner, closed
        ),
        st.builds(_power, inner, inner),
        inner.map(lambda f: Formula(rf"\sqrt{{{f.latex}}}", math.sqrt(f.value) if f.value >= 0 else math.nan)),
        st.builds(
            lambda a, b: Formula(
                rf"\sqrt{{{a.latex}}} {b.latex}", math.sqrt(abs(a.value)) * b.value if a.value >= 0 else math.nan
            ),
            inner,
            closed,
        ),
    )


FORMULAS = st.recursive(LEAVES, _larger, max_leaves=7)


class Reader:
    """Reads a line of mathematics; `tight` binds what stands side by side before a slash, else from left to right."""

    def __init__(self, text: str, *, tight: bool) -> None:
        self.text = text.replace(" ", "").replace("∕", "/")  # the same sign, where Telegram would read a command
        self.at = 0
        self.tight = tight

    def whole(self) -> float:
        value = self.sum()
        assert self.at == len(self.text), self.text[self.at :]
        return value

    @property
    def next(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, signs: str) -> str:
        sign = self.next
        if sign and sign in signs:
            self.at += 1
            return sign
        return ""

    def sum(self) -> float:
        value = -self.product() if self.take("−") else self.product()
        while sign := self.take("+−"):
            right = self.product()
            value = value + right if sign == "+" else value - right
        return value

    def product(self) -> float:
        value = self.run() if self.tight else self.factor()
        while True:
            if self.take("/"):
                value = value / ((self.run() if self.tight else self.factor()) or math.inf)
            elif self.take("·"):
                value *= self.run() if self.tight else self.factor()
            elif not self.tight and self.begins_factor():
                value *= self.factor()
            else:
                return value

    def run(self) -> float:
        value = self.factor()
        while self.begins_factor():
            value *= self.factor()
        return value

    def begins_factor(self) -> bool:
        return bool(self.next) and (self.next.isalnum() or self.next in "(√") and self.next not in _LOWERED

    def factor(self) -> float:
        if self.take("√"):
            # A root without brackets could be drawn over all that follows.
            value = self.run() if self.tight and self.next != "(" else self.atom()
            return math.sqrt(value) if value >= 0 else math.nan
        return self.raised(self.atom())

    def atom(self) -> float:
        if self.take("("):
            value = self.sum()
            assert self.take(")")
            return value
        if self.next.isdigit() and self.next not in _LOWERED:
            start = self.at
            while self.next.isdigit() and self.next not in _LOWERED:
                self.at += 1
            return float(self.text[start : self.at])
        return VALUES[self.take("abcxy")]

    def raised(self, base: float) -> float:
        start = self.at
        while self.next and self.next in _LOWERED:
            self.at += 1
        small = "".join(_LOWERED[sign] for sign in self.text[start : self.at])
        if small:
            return power(base, Reader(small, tight=self.tight).whole())
        if self.take("^"):
            return power(base, self.atom())
        return base


def power(base: float, exponent: float) -> float:
    try:
        value = base**exponent
    except (OverflowError, ZeroDivisionError):
        return math.inf
    return value if isinstance(value, float) else math.inf


def same(first: float, second: float) -> bool:
    if not (math.isfinite(first) and math.isfinite(second)):
        return True  # an overflow says nothing about the reading
    return math.isclose(first, second, rel_tol=1e-6, abs_tol=1e-9)


@given(FORMULAS)
def test_text_has_the_value_of_the_formula_in_both_readings(formula: Formula) -> None:
    text = to_unicode(formula.latex)

    if text is not None:
        for tight in (True, False):
            assert same(Reader(text, tight=tight).whole(), formula.value), f"{formula.latex} -> {text}"


@pytest.mark.parametrize(
    ("text", "tight", "loose"), [("a/bc", 1.7 / (2.3 * 0.9), 1.7 / 2.3 * 0.9), ("2√(x)y", 2 * 3.1**0.5 * 1.3, None)]
)
def test_reader_tells_the_two_readings_apart(text: str, tight: float, loose: float | None) -> None:
    assert math.isclose(Reader(text, tight=True).whole(), tight)
    assert math.isclose(Reader(text, tight=False).whole(), tight if loose is None else loose)


def test_most_generated_formulas_are_written() -> None:
    written = []

    @given(FORMULAS)
    def collect(formula: Formula) -> None:
        written.append(to_unicode(formula.latex) is not None)

    collect()

    assert sum(written) > len(written) / 2
