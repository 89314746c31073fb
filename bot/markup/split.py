"""Where text may be cut: after sentences, between words, never inside a grapheme."""

import re
import unicodedata

_WIDE_SCRIPT = (
    "\u2e80-\u2eff\u3000-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff00-\uffef\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
_SENTENCE_END = re.compile(r"[。！？；…][”’」』）)\]]*|[.!?][\"'”’)\]]*(?=\s)")
_CLAUSE_END = re.compile(r"[，、：][”’」』）]*|[,;:](?=\s)")
_WIDE = re.compile(f"[{_WIDE_SCRIPT}]").match
_FIRST_WIDE = _WIDE_SCRIPT[0]
# Marks that may not begin a line, and marks that may not end one.
_CLOSING = frozenset("，。、；：！？…）》」』】〕”’％—·,.;:!?)]}%")
_OPENING = frozenset("（《「『【〔“‘([{$￥#")
_ZWJ = "\u200d"


def is_wide(character: str) -> bool:
    """Whether it belongs to a script that is written without spaces, or to its punctuation."""
    return character >= _FIRST_WIDE and _WIDE(character) is not None


def cut_before(text: str, start: int, limit: int) -> int:
    """The best place in (start, limit] to cut running text: after a sentence, a clause, a word, at worst a grapheme."""
    floor = start + (limit - start) * 2 // 5
    for ending in (_SENTENCE_END, _CLAUSE_END):
        if (place := _last_end(ending, text, floor, limit)) > start:
            return place
    return word_cut(text, start, limit)


def _last_end(ending: re.Pattern[str], text: str, floor: int, limit: int) -> int:
    place = -1
    for match in ending.finditer(text, floor, min(limit + 1, len(text))):
        if match.end() <= limit:
            place = match.end()
    return place


def ending_cut(text: str, start: int, limit: int, *, floor: int) -> int:
    """The last place in (start, limit] where reading may stop: after a sentence at or past `floor`, else a word.

    Chinese does not show where its words end, so there the end of a clause goes before any other place.
    """
    if limit >= len(text):
        return len(text)
    if (place := _last_end(_SENTENCE_END, text, floor, limit)) > start:
        return place
    place = word_cut(text, start, limit)
    inside = text[place - 1].isalpha() and is_wide(text[place - 1]) and text[place].isalpha() and is_wide(text[place])
    if inside and (clause := _last_end(_CLAUSE_END, text, floor, limit)) > start:
        return clause
    return place


def word_cut(text: str, start: int, limit: int) -> int:
    """The last place in (start, limit] that is not inside a word; inside one only when nothing else is left."""
    if limit >= len(text):
        return len(text)
    for place in range(limit, start, -1):
        if _between_words(text[place - 1], text[place]) and grapheme_begins(text, place):
            return place
    return grapheme_cut(text, start, limit)


def _between_words(before: str, after: str) -> bool:
    if before.isspace() or after.isspace():
        return True
    if after in _CLOSING or before in _OPENING:
        return False
    return is_wide(before) or is_wide(after)


def grapheme_cut(text: str, start: int, limit: int) -> int:
    """The last place in (start, limit] where a grapheme begins; `limit` itself when one grapheme fills it all."""
    for place in range(limit, start, -1):
        if grapheme_begins(text, place):
            return place
    return limit


def grapheme_begins(text: str, place: int) -> bool:
    """Whether what a reader takes for one character does not run across `place`."""
    if place <= 0 or place >= len(text):
        return True
    before, after = text[place - 1], text[place]
    if after < "\u0300":
        return True
    if _ZWJ in (before, after) or "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return False
    if "\u1160" <= after <= "\u11ff" or unicodedata.category(after) in ("Mn", "Me", "Mc"):
        return False
    if _is_regional(after) and _is_regional(before):
        run = 0
        while run < place and _is_regional(text[place - 1 - run]):
            run += 1
        return run % 2 == 0
    return True


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
