"""What the formulas of a post say to each other: macros that one defines for all, numbers that others refer to."""

import re
from collections.abc import Iterable

from bot.markup.formulas.macros import PostMacros
from bot.markup.normalise.characters import DISPLAY, FORMULA, make_inert
from bot.markup.normalise.numbers import REFERENCE, Numbers
from bot.markup.normalise.stash import Stash

_DELIMITERS = (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)"))
_PLAIN = re.compile(r"[\w.()]+")


def latex_of(source: str) -> str:
    """The formula between its delimiters; an environment keeps its `\\begin` and `\\end`."""
    if source[:1] == "$" == source[-1:] and len(source) > 1 and source[1] != "$":
        return source[1:-1].strip()
    for opener, closer in _DELIMITERS:
        if source.startswith(opener) and source.endswith(closer) and len(source) >= len(opener) + len(closer):
            return source[len(opener) : -len(closer)].strip()
    return source.strip()


def may_define(formulas: Iterable[str]) -> bool:
    """Whether one of the formulas may define something, be referred to, or refer to another."""
    together = "\n".join(formulas)
    return (
        "\\label" in together
        or "ref{" in together
        or "newcommand" in together
        or "MathOperator" in together
        or "\\def" in together
    )


def settle(text: str, stash: Stash) -> str:
    """`text` without formulas that only define, its references as numbers; the stash has the formulas as they read."""
    formulas = stash.formulas
    # In the order of the post: a macro holds from its definition on.
    known = {spelt: latex_of(formulas[spelt]) for spelt in FORMULA.findall(text) if spelt in formulas}
    macros = PostMacros()
    settled = {spelt: macros.written_out(latex) for spelt, latex in known.items()}
    words = FORMULA.sub("", text)
    wanted = {match[2] for part in (words, *settled.values()) if "ref{" in part for match in REFERENCE.finditer(part)}
    if wanted:
        numbers = Numbers(wanted)
        for spelt, latex in settled.items():
            if spelt[0] == DISPLAY:
                settled[spelt] = numbers.told(latex)
        for spelt, latex in settled.items():
            settled[spelt] = _in_formula(latex, numbers)
        text = _in_words(text, numbers)
    empty = {spelt for spelt, latex in settled.items() if not latex}
    for spelt, latex in settled.items():
        if latex != known[spelt]:
            formulas[spelt] = f"\\[{latex}\\]"
    return FORMULA.sub(lambda match: "" if match[0] in empty else match[0], text) if empty else text


def _in_formula(latex: str, numbers: Numbers) -> str:
    """A reference to what is no formula names its label."""
    if "ref{" not in latex:
        return latex
    return REFERENCE.sub(lambda match: rf"\text{{{_shown(match, numbers) or match[2]}}}", latex)


def _in_words(text: str, numbers: Numbers) -> str:
    if "ref{" not in text:
        return text
    return REFERENCE.sub(lambda match: _as_word(_shown(match, numbers)) or match[0], text)


def _shown(match: re.Match[str], numbers: Numbers) -> str:
    shown = numbers.shown(match[2]) or ""
    return shown if match[1] else shown.removeprefix("(").removesuffix(")")


def _as_word(shown: str) -> str:
    return shown if not shown or _PLAIN.fullmatch(shown) else make_inert(shown)
