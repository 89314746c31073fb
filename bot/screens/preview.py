"""A post before readers have it: its pages as they will be, and the moments at which it may appear."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.action import Action, ReadPost
from bot.domain.message import Button, Screen
from bot.domain.preferences import Form
from bot.domain.upload_actions import PreviewPost, PreviewUpload
from bot.domain.zones import zone_label
from bot.screens import post as post_screens
from bot.screens.outcome import local, quoted
from bot.screens.post import PostScreen
from bot.screens.reader import Reader
from bot.services.readers.reading import OpenedPost


def preview(
    reader: Reader, opened: OpenedPost, action: PreviewUpload | PreviewPost, preferred: Form, back: Button
) -> PostScreen:
    """A page of the post as readers get it, with ways through the preview instead of theirs."""
    made = post_screens.page(reader, opened, ReadPost(opened.post.card.key), preferred)
    turning: list[Button] = []
    if opened.number > 0:
        turning.append(Button(reader.words("button.previous"), replace(action, page=opened.number - 1)))
    if opened.pages > 1:
        place = reader.words("shelf.page", number=opened.number + 1, pages=opened.pages)
        turning.append(Button(place, replace(action, page=opened.number)))
    if opened.number + 1 < opened.pages:
        turning.append(Button(reader.words("button.next"), replace(action, page=opened.number + 1)))
    other: Form = "classic" if opened.form == "rich" else "rich"
    ways = (reader.button(f"form_{other}", replace(action, page=0, form=other[0])), back)
    buttons = tuple(row for row in (tuple(turning), ways) if row)
    return replace(made, screen=replace(made.screen, buttons=buttons))


def moments(
    reader: Reader,
    choices: Sequence[tuple[str, datetime]],
    zone: ZoneInfo,
    *,
    choose: Callable[[str], Action],
    back: Action,
    public: Sequence[str] = (),
) -> Screen:
    """When to publish; `choose` makes a tap of a code of `choices`, or of o(ther); until then nobody has `public`."""
    buttons = [
        (Button(reader.words(f"upload.moment_{code}", moment=local(moment, zone)), choose(code)),)
        for code, moment in choices
    ]
    buttons += [(reader.button("other_moment", choose("o")),), (reader.button("back", back),)]
    text = reader.words("upload.when", zone=zone_label(zone.key, reader.words.language))
    if public:
        text += "\n" + reader.words("upload.hidden_until", titles=quoted(reader, public))
    return Screen(text, (), tuple(buttons))
