"""The moments at which an admin may let a post appear: the usual ones, and those that are typed."""

from datetime import datetime, time, timedelta

from bot.chat.desk import Desk
from bot.content.dates import ImpossibleDateError, parse_moment

TONIGHT, MORNING = time(20), time(9)


def usual(desk: Desk) -> list[tuple[str, datetime]]:
    """This evening (t), unless it has come, and tomorrow morning (m), in the publication's zone."""
    now = desk.now().astimezone(desk.zone)
    tonight = datetime.combine(now.date(), TONIGHT, desk.zone)
    morning = datetime.combine(now.date() + timedelta(days=1), MORNING, desk.zone)
    return [("t", tonight), ("m", morning)] if now < tonight else [("m", morning)]


def typed(desk: Desk, text: str) -> datetime | None:
    """A date and time to come, in the publication's zone; None when the text is none."""
    try:
        found = parse_moment(text.strip(), desk.zone)
    except ImpossibleDateError:
        return None
    return found.at if found is not None and found.at > desk.now() else None
