"""The first look at the folder after a restore: what readers had before it is told from what they are still to get."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.content.folder import FileEntry
from bot.domain.restoration import Found, Restoration, shown_since
from bot.domain.standing import Push
from bot.domain.subscription import Cadence
from bot.services.delivery.skipping import AT_ONCE, Passed, skip
from bot.storage.engine import Connection
from bot.storage.operators import passed_over
from bot.storage.shelf import visibility


async def settle_pushes(
    connection: Connection, restored: Restoration, entries: Mapping[str, FileEntry], *, hold: int
) -> None:
    """Give what appeared its numbers, and move everybody past what they were sent before the restore.

    Posts as they happen were sent at once, digests at their hour: what came after a reader's last hour before the
    restore is in the next digest. `hold` is how many posts may be news because of their files alone.
    """
    found = [_found(key, date, entries.get(path)) for key, path, date in await visibility.undecided(connection)]
    came = [times[0] for entry in entries.values() if (times := _times(entry))]
    # In a folder that was put back too, no file is older than the copy.
    same_folder = min(came, default=restored.at) <= restored.since
    shown = shown_since(found, restored, same_folder=same_folder, most=hold)
    first = await visibility.open_pushes(connection, [key for key, _ in shown], Push.PENDING)
    await visibility.set_push(connection, Push.PENDING, Push.NONE)
    moments = [moment for _, moment in shown]
    slots = await passed_over.all_slots(connection)
    passed = _passed(set(slots.values()), restored, moments, first)
    if not passed:
        return
    after = 0
    while ids := await passed_over.in_several_slots(connection, after=after, size=AT_ONCE):
        await skip(connection, ids, passed)
        after = ids[-1]
    for slot_id, cadence in slots.items():
        if one := passed.get(cadence):
            await passed_over.pass_by(connection, slot_id, at=one.at, up_to=one.up_to)


def _passed(
    cadences: set[Cadence], restored: Restoration, moments: list[datetime], first: int
) -> dict[Cadence, Passed]:
    """Of the posts that readers had since these `moments`, numbered from `first` on, what each timetable had sent."""
    passed = {}
    for cadence in cadences:
        due = cadence.last(by=restored.at)
        if due is None or due <= restored.since:
            continue
        if number := bisect_right(moments, due):
            passed[cadence] = Passed(due, first + number - 1)
    return passed


def _found(key: str, date: datetime | None, entry: FileEntry | None) -> Found:
    came, written = _times(entry) or (None, None) if entry else (None, None)
    return Found(key, date, came, written)


def _times(entry: FileEntry) -> tuple[datetime, datetime] | None:
    """When the file came or changed, and when it was written; None when its times are none."""
    _, written, came, _ = entry.fingerprint
    try:
        return _moment(came), _moment(written)
    except (OverflowError, ValueError, OSError):
        return None


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)
