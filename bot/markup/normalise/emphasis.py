"""Marks that Chinese text breaks: bold beside full-width punctuation, lone tildes, and the rarer inline marks."""

import re

from bot.markup.normalise.characters import JOINER, make_inert

_HAN = "\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_MARKS = "!-/:-@\\[-`{-~\u00a1-\u00bf\u2010-\u2027\u2030-\u205e\u2190-\u2bff\u3001-\u3003\u3008-\u3020\uff01-\uff0f"
_MARKS += "\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\ufdd0\ufdd1"
_SPAN = re.compile(r"(\*(?:\*\*?)?|~~)(?![\s*~])([^*~\n]+)(?<!\s)\1(?![*~])")
# The same without the second mark: what begins with one character is found several times faster.
_STAR_SPAN = re.compile(r"(\*(?:\*\*?)?)(?![\s*~])([^*~\n]+)(?<!\s)\1(?![*~])")
_IS_MARK = re.compile(f"[{_MARKS}]").match
_IS_HAN = re.compile(f"[{_HAN}\u2018-\u201d\u2026\u2014\u00b7]").match

# Each begins with the mark itself and looks back past it: the regex engine then skips to marks.
_SUBSCRIPT = re.compile(r"~(?<=[A-Za-z)\]]~)([A-Za-z0-9+-]{1,12})~(?!~)")
# Between letters, `x^y^z`, carets are operators: exclusive or, or a power of a power.
_SUPERSCRIPT = re.compile(
    r"\^(?<=[A-Za-z0-9)\]]\^)(?<!\^[A-Za-z0-9]\^)(?<!\^[A-Za-z0-9]{2}\^)([A-Za-z0-9+-]{1,12})\^(?![A-Za-z0-9^])"
)
_LONE_TILDE = re.compile(r"~(?<!~~)(?<!\\~)(?!~)")
_HIGHLIGHT = re.compile(r"==(?<![=\w\\!<>]==)(?=[^\s=])([^\n=<]{1,500})(?<=\S)==(?!=)")
_HIGHLIGHT_HAN = re.compile(rf"==(?<=[{_HAN}]==)(?=[^\s=])([^\n=<]{{1,500}})(?<=\S)==(?!=)")
_TILDE = make_inert("~")


def settle_marks(text: str) -> str:
    """Emphasis as its author meant it; `1~3 和 5~8` struck by nobody; `H~2~O`, `x^2^`, `==mark==` as HTML."""
    struck = False
    if "~" in text:
        text = _LONE_TILDE.sub(_TILDE, _SUBSCRIPT.sub(r"<sub>\1</sub>", text))
        struck = "~~" in text
    if (struck or "*" in text) and not text.isascii():
        text = _join_emphasis(text, _SPAN if struck else _STAR_SPAN)
    if "^" in text:
        text = _SUPERSCRIPT.sub(r"<sup>\1</sup>", text)
    if "=" in text and "==" in text:
        text = _HIGHLIGHT.sub(r"<mark>\1</mark>", text)
        text = _HIGHLIGHT_HAN.sub(r"<mark>\1</mark>", text)
    return text


def _join_emphasis(text: str, spans: re.Pattern[str]) -> str:
    """Give marks a letter for neighbour where CommonMark would see a word end that Chinese does not have."""
    pieces: list[str] = []
    done = 0
    for match in spans.finditer(text):
        start, end = match.span(2)
        if text[start].isalnum() and text[end - 1].isalnum():
            continue
        opening = _needs_joiner(text[start], text[match.start() - 1 : match.start()])
        closing = _needs_joiner(text[end - 1], text[match.end() : match.end() + 1])
        if opening or closing:
            pieces += text[done:start], JOINER if opening else "", text[start:end], JOINER if closing else ""
            done = end
    return "".join((*pieces, text[done:])) if pieces else text


def _needs_joiner(inner: str, outer: str) -> bool:
    """Whether punctuation just inside the marks meets a letter just outside, one of the two being Chinese."""
    if inner.isalnum() or not outer or outer.isspace() or not _IS_MARK(inner) or _IS_MARK(outer):
        return False
    return bool(_IS_HAN(inner) or _IS_HAN(outer))
