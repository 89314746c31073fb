"""What a post looks like as classic messages: pages of text with the pictures that follow each."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.message import Text

# core.telegram.org/bots/api#sendmediagroup: 2-10 items.
MAX_ALBUM = 10
MAX_PICTURES = 200


@dataclass(frozen=True, slots=True)
class FormulaPicture:
    """A displayed formula to be drawn; `number` is what stands for it in the text, 〔式 3〕 or [eq. 3]."""

    number: int
    latex: str


@dataclass(frozen=True, slots=True)
class ImagePicture:
    """An image beside the post; `source` as written, `number` as in 〔图 2〕 or [fig. 2]."""

    number: int
    source: str
    caption: Text
    alt: str


Picture: TypeAlias = FormulaPicture | ImagePicture


@dataclass(frozen=True, slots=True)
class Page:
    """One message, at most one album after it, and the headings (level, title, anchor) that begin on it."""

    text: Text
    pictures: tuple[Picture, ...] = ()
    headings: tuple[tuple[int, str, str], ...] = ()
