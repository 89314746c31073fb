"""What of an upload comes to nothing: the names of files, and the images that no post shows."""

from collections.abc import Sequence

from bot.domain.message import TextBuilder
from bot.screens.problem import add_marked
from bot.screens.reader import Reader, clip
from bot.services.authors.looking import Look

NAME_LIMIT = 80
NAMES_SHOWN = 6


def names(reader: Reader, found: Sequence[str]) -> str:
    """Files' names in one line, the first of many, between backticks: apps would make addresses of them."""
    shown = [f"`{clip(name.replace('`', ' '), NAME_LIMIT)}`" for name in found[:NAMES_SHOWN]]
    return reader.listed(shown, more=len(found) > NAMES_SHOWN)


def add_unused(text: TextBuilder, reader: Reader, look: Look) -> None:
    """The images that no post shows: nothing that was sent is passed over in silence."""
    if look.unsure:
        add_marked(text, "\n\n" + reader.words("upload.unsure", names=names(reader, look.unsure)))
    if look.unused:
        add_marked(text, "\n\n" + reader.words("upload.unused", names=names(reader, look.unused)))
    if look.unused_photos:
        text.add("\n\n" + reader.words("upload.unused_photos", n=look.unused_photos))
