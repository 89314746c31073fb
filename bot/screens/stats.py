"""What is read, searched and followed, as a caption under its bars."""

from bot.domain.message import Screen, Text, TextBuilder
from bot.screens.reader import Reader, clip
from bot.services.operators.tallying import Period, Stats

TITLE_LIMIT = 60


def caption(reader: Reader, stats: Stats) -> Text:
    """Counts of the last days, and the posts opened most."""
    words = reader.words
    text = TextBuilder().add(words("stats.heading"), "bold")
    for period in (stats.week, stats.month):
        text.add("\n\n" + words("stats.days", n=period.days), "bold").add("\n" + _counts(reader, period))
    if stats.most_read:
        text.add("\n\n" + words("stats.most_read"), "bold")
        for number, (title, times) in enumerate(stats.most_read, 1):
            text.add(f"\n{number}. {clip(title, TITLE_LIMIT)} · {times}")
    text.add("\n\n" + words("stats.bars", n=len(stats.read_by_day)))
    return text.add("\n" + words("stats.without_admins")).build()


def nothing(reader: Reader, period: Period) -> Screen:
    """What is said in place of rows of noughts."""
    said = reader.words("stats.nothing", n=period.days), reader.words("stats.without_admins")
    return Screen("\n".join(said))


def _counts(reader: Reader, period: Period) -> str:
    words = reader.words
    searches = words("stats.searched", n=period.searched)
    if period.found_nothing:
        searches = words("stats.in_vain", n=period.found_nothing, searches=searches)
    return " · ".join((words("stats.read", n=period.read), searches, words("stats.subscribed", n=period.subscribed)))
