"""A tree as classic messages: text with entities, in pages Telegram takes, nothing of the post lost."""

from bot.markup.classic.cutting import paginate
from bot.markup.classic.inlines import ResolveLink
from bot.markup.classic.page import MAX_ALBUM, MAX_PICTURES, FormulaPicture, ImagePicture, Page, Picture
from bot.markup.classic.words import Language

__all__ = [
    "FormulaPicture",
    "ImagePicture",
    "Language",
    "MAX_ALBUM",
    "MAX_PICTURES",
    "Page",
    "Picture",
    "ResolveLink",
    "paginate",
]
