"""For whom a screen is made: language, kind of chat, and what the publication is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from unicodedata import east_asian_width

from bot.domain.action import Action
from bot.domain.message import Button
from bot.screens.catalogue import Words


@dataclass(frozen=True, slots=True)
class Reader:
    """`bot` is the bot's username without `@`; `private` is false in groups and channels; `zone` the publication's."""

    words: Words
    title: str
    bot: str
    private: bool = True
    admin: bool = False
    zone: tzinfo = UTC

    def date(self, moment: datetime) -> str:
        """The day of a post as its author wrote it: a date alone is midnight in the publication's zone."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d}"

    def deep_link(self, payload: str) -> str:
        """An address that opens the bot with `/start payload`; payload of `A-Za-z0-9_-`, 64 at most."""
        return f"https://t.me/{self.bot}?start={payload}"

    def listed(self, names: Sequence[str], *, more: bool = False) -> str:
        """Names in one line, as the language parts them; `more`: there are others that are not shown."""
        shown = self.words("list.mark").join(names)
        return self.words("list.more", names=shown) if more else shown

    def sentences(self, first: str, second: str) -> str:
        """Two sentences after one another, as the language parts them."""
        return self.words("list.sentences", first=first, second=second)

    def button(self, key: str, action: Action, **facts: object) -> Button:
        """A button whose label is `button.<key>` of the catalogue."""
        return Button(self.words(f"button.{key}", **facts), action)


# What a button of a row of so many shows on a screen 360 points wide.
_LABEL_COLUMNS = {2: 20, 3: 12, 4: 8, 5: 6}


def clip(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut at a space where there is one, with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    if space > limit // 2:
        cut = cut[:space]
    return cut.rstrip(" ,.;:，。；：、-–—") + "…"


def rows(buttons: list[Button], width: int) -> list[tuple[Button, ...]]:
    """Buttons in rows of `width`, or of as many as show their labels whole on a narrow phone."""
    while width > 1 and any(_columns(button.label) > _LABEL_COLUMNS[width] for button in buttons):
        width -= 1
    return [tuple(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def _columns(label: str) -> int:
    """How wide the label is, in Latin letters."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in label)
