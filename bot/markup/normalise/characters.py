"""Characters made harmless: controls dropped, and a reversible spelling no Markdown rule can see.

An ASCII character `c` spelt inertly is U+10FF00 + ord(c), the last private-use row of Unicode. To a Markdown parser it
is a letter, so a formula spelt that way passes through tables, lists and emphasis in one piece. U+10FF01 and
U+10FF02 open an inline and a displayed formula. U+10FF03 closes everything spelt inertly, so that to look for it is to
know; alone it is a letter that is not there.
"""

import re

INLINE = "\U0010ff01"
DISPLAY = "\U0010ff02"
CLOSE = "\U0010ff03"
JOINER = CLOSE
# Nearly all of a formula is ASCII spelt inertly, all of it past CLOSE: one range is matched faster than its complement.
FORMULA = re.compile(f"([{INLINE}{DISPLAY}][\U0010ff04-\U0010ffff]*+[^{INLINE}-{CLOSE}]*+{CLOSE})")
_FIRST = 0x10FF00

_TO_INERT = {code: _FIRST + code for code in [*range(9, 11), *range(32, 127)]}
_FROM_INERT: dict[int, int | None] = {inert: code for code, inert in _TO_INERT.items()}
_FROM_INERT |= {_FIRST + code: None for code in range(128) if code not in _TO_INERT}
_CONTROLS = bytes([*range(9), *range(11, 32), 127])

_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
# The same said the other way round, and without inert spellings: matching a run is faster than searching for its end.
_ORDINARY = re.compile(
    "[\t\n -~\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U0010feff]*"
)


def is_ordinary(text: str) -> bool:
    """Whether `clean` would change nothing, and nothing is spelt inertly."""
    if text.isascii():
        return len(text.encode().translate(None, _CONTROLS)) == len(text)
    match = _ORDINARY.match(text)
    return match is not None and match.end() == len(text)


def clean(source: str) -> str:
    """LF line ends; no control, bidi override or noncharacter; a lone surrogate becomes U+FFFD."""
    if "\r" in source:
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub(_replacement, source)


def _replacement(match: re.Match[str]) -> str:
    character = match.group()
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"
    # A separator between two words must go on separating them.
    return " " if character in "\x0b\x0c\x85\u2028\u2029" else ""


def make_inert(text: str) -> str:
    return text.translate(_TO_INERT) + CLOSE


def has_inert(text: str) -> bool:
    return CLOSE in text


def restore(text: str) -> str:
    """The source again, formula delimiters included, from text that may hold inert spellings."""
    return text.translate(_FROM_INERT) if CLOSE in text else text
