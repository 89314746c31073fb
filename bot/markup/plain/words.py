"""Inlines as plain words, every one of them kept: as their source has them, or as a reader is shown them."""

import re
from collections.abc import Iterable

from bot.markup.formulas import to_unicode
from bot.markup.split import is_wide
from bot.markup.tree import Break, Code, Image, Inline, Link, Math, Styled, Words

_WIDE = "\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_LINE_END = re.compile(f"(?<=[{_WIDE}])\n(?=[{_WIDE}])")
_SMALL = "0123456789+-=()aehijklmnoprstuvx"
_LOWERED = str.maketrans(_SMALL, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_RAISED = str.maketrans(_SMALL, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵉʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛˣ")
_LONGEST_SMALL = 12


def inline_text(inlines: Iterable[Inline]) -> str:
    """Words, code and formula sources, descriptions of images.

    A line end is a space, or nothing between two Chinese characters.
    """
    return _on_one_line(inlines, as_shown=False)


def as_shown(inlines: Iterable[Inline]) -> str:
    """The same with formulas in Unicode where that is true to them, and small letters as such: 10⁶ is not 106."""
    return _on_one_line(inlines, as_shown=True)


def small(style: str, text: str) -> str | None:
    """The text in letters of Unicode that stand low (`sub`) or high (`sup`); None where it has others."""
    if len(text) > _LONGEST_SMALL or not all(character in _SMALL for character in text):
        return None
    return text.translate(_LOWERED if style == "sub" else _RAISED)


def is_aside(text: str) -> bool:
    """Whether small words are no index or power: Chinese ones, and `[1]`, which refers to something."""
    return not text or text[0] == "[" or any(map(is_wide, text))


def small_or_marked(style: str, text: str) -> str:
    """The same, or `_Q`, `^(max)`."""
    if (letters := small(style, text)) is not None:
        return letters
    if is_aside(text):
        return text
    mark = "_" if style == "sub" else "^"
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"


def description(alt: str, title: str) -> str:
    """What is said of an image: its description, then its title where that says something else."""
    if not title or title in alt:
        return alt
    return title if alt in title else f"{alt} · {title}"


def _on_one_line(inlines: Iterable[Inline], *, as_shown: bool) -> str:
    pieces: list[str] = []
    _gather(inlines, pieces, as_shown)
    text = "".join(pieces)
    return _LINE_END.sub("", text).replace("\n", " ") if "\n" in text else text


def _gather(inlines: Iterable[Inline], pieces: list[str], as_shown: bool) -> None:
    for node in inlines:
        if type(node) is Words:
            pieces.append(node.text)
            continue
        match node:
            case Math(latex) if as_shown:
                pieces.append(to_unicode(latex) or latex)
            case Styled("sub" | "sup" as style, (Words(text),)) if as_shown:
                pieces.append(small_or_marked(style, text))
            case Code(text) | Math(text):
                pieces.append(text)
            case Styled(_, inner) | Link(_, inner):
                _gather(inner, pieces, as_shown)
            case Break():
                pieces.append("\n")
            case Image(_, alt, title):
                pieces.append(alt or title)
            case _:
                pass
