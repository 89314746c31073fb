"""The sandbox's clock: real time unless it is moved, when it runs on from there, or set, when it stands still."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Gives aware UTC times. `moment` is None while it runs, `ahead` of real time by so much."""

    def __init__(self, moment: datetime | None = None) -> None:
        self.moment = moment
        self.ahead = timedelta()

    def now(self) -> datetime:
        return self.moment if self.moment is not None else datetime.now(UTC) + self.ahead

    def timestamp(self) -> int:
        """Seconds since 1970, as the Bot API writes dates."""
        return int(self.now().timestamp())

    def set(self, moment: datetime | None) -> None:
        """Stop at `moment` (aware), or run in real time again with None."""
        if moment is not None and moment.tzinfo is None:
            raise ValueError("the moment needs a time zone; write 2026-01-31T09:00:00+00:00")
        self.moment = moment.astimezone(UTC) if moment is not None else None
        self.ahead = timedelta()

    def advance(self, by: timedelta) -> None:
        """Show so much later: one that runs runs on from there, one that stands stands there.

        Raises OverflowError, and stays where it is, when no calendar goes so far.
        """
        later = self.now() + by
        if self.moment is not None:
            self.moment = later
        else:
            self.ahead += by
