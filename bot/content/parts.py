"""Parts of a long pasted text, joined as it was typed: an app cuts it and throws away the space that stood there.

Told from what remains on both sides, by how the apps cut (their sources: ChatActivityEnterView of DrKLO/Telegram,
TextUtilities::CutPart of telegramdesktop/tdesktop, breakChatInputText of TelegramMessenger/Telegram-iOS). Android looks
back over 300 units for the last blank line, else the first line end, else the end of a sentence, else the last space;
Desktop over half a message for the last of each; iOS for the last line end or full stop; the Web apps for the last
space alone. What had place is never left over.
"""

import re
from typing import Final

from bot.domain.message import MAX_TEXT_UNITS, utf16_length

# Desktop's parts have more than this; what is shorter was sent as it is.
SHORTEST_CUT: Final = MAX_TEXT_UNITS // 2
# How far Android looks back for a place to cut.
NEAR: Final = 300
LONG_PARAGRAPH: Final = 400
# A shorter line that ends without a stop is a title, or an item.
SHORTEST_LINE: Final = 40

_FENCE = re.compile(r"\A```[^\n`]*\n")
_FENCES = re.compile(r"^[ \t>]*(?:```|~~~)", re.MULTILINE)
_FORMULA_MARKS = re.compile(r"^[ \t>]*\$\$[ \t]*$", re.MULTILINE)
# What begins a line: a heading, a list item, a quote, a table row, code, a formula, an image, HTML, a rule.
_BLOCK = re.compile(r"#{1,6} |[-*+] |\d{1,9}(?:[.)] |、)|>|\||```|~~~|\$\$|!\[|<|[-=*_]{3,}[ \t]*$", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]", re.MULTILINE)
# What may end a line of prose, a row or a formula.
_ENDED = re.compile(r"[.!?:;。！？；：…|$`>)\]）」』][\"'”’*_`]*\Z")
# What is nothing yet without the words behind it.
_BARE_MARK = re.compile(r"(?:^|\n)[ \t]*(?:#{1,6}|[-+]|#* *\d{1,3}[.)])\Z")
_IN_NAME = re.compile(r"[.(/_=]")


def was_cut(units: int) -> bool:
    """Whether a message of so many UTF-16 units may have been cut from a longer text by its app."""
    return units > SHORTEST_CUT


def join(whole: str, part: str, units: int) -> str:
    """A text with one more part of it; the part before this one was sent in `units` UTF-16 units.

    A code block that was cut in two is one again.
    """
    opening = _FENCE.match(part)
    if whole.endswith("\n```") and opening is not None and _last_fence(whole) == opening[0]:
        whole, part = whole.removesuffix("\n```"), part[opening.end() :]
    return whole + _between(whole, part, MAX_TEXT_UNITS - units) + part


def is_open(text: str) -> bool:
    """Whether code or a displayed formula that `text` begins goes on after it."""
    return len(_FENCES.findall(text)) % 2 == 1 or len(_FORMULA_MARKS.findall(text)) % 2 == 1


def _between(before: str, after: str, room: int) -> str:
    """What was thrown away; for so many units more the app could have gone on."""
    # Beside the blank line that may have stood there.
    ahead = after[: max(room - len("\n\n"), 0)]
    # Only where Android looked as well does it tell something that no place to cut stands before this one.
    behind = before[-(NEAR - room) :] if room < NEAR else ""
    # Only the Web apps leave over a blank line, outside code, that had place.
    if "\n\n" in ahead.partition("```")[0] or _BARE_MARK.search(before):
        return " "
    if not _BLOCK.match(after) and "\n" not in ahead:
        space = _after_full_stop(before, after, ahead, behind, room)
        space = _within_line(before, after, behind, room) if space is None else space
        if space is not None:
            return space
    return _line_ends(before, after, ahead, behind, room)


def _after_full_stop(before: str, after: str, ahead: str, behind: str, room: int) -> str | None:
    """After the last full stop that had place: in a number, a name of code or an address, or at a sentence's end."""
    if not before.endswith(".") or "." in ahead:
        return None
    is_name = _IN_NAME.search(before.rsplit(maxsplit=1)[-1][:-1]) is not None
    if re.match(r"[a-z0-9_]", after) or (is_name and re.match("[A-Z]", after)):
        return ""
    *earlier, _ = [line for line in before.split("\n") if line.endswith(".")]
    # Where paragraphs are short, the one line end that Android saw is likelier than none.
    are_long = sum(map(len, earlier)) >= LONG_PARAGRAPH * len(earlier)
    is_seen = room < NEAR and "\n" not in behind
    return " " if is_seen and are_long and not is_name and after[:1].isupper() else None


def _within_line(before: str, after: str, behind: str, room: int) -> str | None:
    """A space, or nothing, where the next word had no place and no line end was near; None for a line end."""
    # Android does not see the space behind a word that just fits.
    if _ENDED.search(before) or utf16_length(" " + after.partition(" ")[0]) < room:
        return None
    if "\n" in behind:
        # All but the Web apps would have cut at that line end.
        line = before.rpartition("\n")[2]
        is_title = len(line) < SHORTEST_LINE or _BLOCK.match(line.lstrip()) is not None
        return None if is_title or is_open(before) else " "
    is_latin = before[-1:].isascii() and after[:1].isascii() and " " in behind
    return " " if room > 0 or is_latin else ""


def _line_ends(before: str, after: str, ahead: str, behind: str, room: int) -> str:
    """A line end, or a blank line: what apps prefer, and prose has."""
    if is_open(before):
        # A line end further on had place: a blank line was looked for, and found.
        is_passed_by = "\n" in ahead and "\n\n" not in ahead
        return "\n\n" if is_passed_by and (room >= NEAR or "\n" in behind) else "\n"
    last = before.rpartition("\n")[2].lstrip()
    if any(last.startswith(mark) and after.startswith(mark) for mark in "|>"):
        return "\n"
    if _ITEM.match(after):
        items = [item.start() for item in _ITEM.finditer(before)][-2:]
        return "\n" if items and "\n\n" not in before[items[0] :] else "\n\n"
    return "\n\n"


def _last_fence(whole: str) -> str:
    """The opening line of the code block that ends `whole`."""
    at = whole.rfind("\n```", 0, len(whole) - len("\n```"))
    start = at + 1
    return whole[start : whole.index("\n", start) + 1]
