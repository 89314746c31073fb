"""The moments at which an admin may let a post appear: the usual ones, and those that are typed."""

from datetime import datetime, time, timedelta

from bot.chat.desk import Desk
from bot.content.dates import ImpossibleDateError, parse_moment
from bot.domain.zones import zone_label
from bot.screens.outcome import local
from bot.screens.reader import Reader

TONIGHT, MORNING = time(20), time(9)


def usual(desk: Desk) -> list[tuple[str, datetime]]:
    """This evening (t), unless it has come, and tomorrow morning (m), in the publication's zone."""
    now = desk.now().astimezone(desk.zone)
    tonight = datetime.combine(now.date(), TONIGHT, desk.zone)
    morning = datetime.combine(now.date() + timedelta(days=1), MORNING, desk.zone)
    return [("t", tonight), ("m", morning)] if now < tonight else [("m", morning)]


def question(desk: Desk, reader: Reader) -> str:
    """Asks for another moment."""
    zone = zone_label(desk.zone.key, reader.words.language)
    return reader.words("upload.ask_moment", example=_example(desk), zone=zone)


def is_one(desk: Desk, text: str) -> bool:
    """Whether this is meant as a date and time, be it an impossible one."""
    try:
        return parse_moment(text.strip(), desk.zone) is not None
    except ImpossibleDateError:
        return True


def typed(desk: Desk, reader: Reader, text: str) -> datetime | str:
    """A date and time to come, in the publication's zone; else what is wrong with the text."""
    try:
        found = parse_moment(text.strip(), desk.zone)
    except ImpossibleDateError:
        found = None
    if found is None:
        return reader.words("upload.bad_moment", example=_example(desk))
    if found.at <= desk.now():
        return reader.words("upload.past_moment", moment=local(found.at, desk.zone), example=_example(desk))
    return found.at


def _example(desk: Desk) -> str:
    """Tomorrow morning: an example of a moment to come is one itself."""
    return local(usual(desk)[-1][1], desk.zone)
