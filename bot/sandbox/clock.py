"""The sandbox's clock: real time unless it is set; a set clock stands still until it is moved or set free."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Gives aware UTC times. `moment` is None while real time runs."""

    def __init__(self, moment: datetime | None = None) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment if self.moment is not None else datetime.now(UTC)

    def timestamp(self) -> int:
        """Seconds since 1970, as the Bot API writes dates."""
        return int(self.now().timestamp())

    def set(self, moment: datetime | None) -> None:
        """Stop at `moment` (aware), or run in real time again with None."""
        if moment is not None and moment.tzinfo is None:
            raise ValueError("the moment needs a time zone; write 2026-01-31T09:00:00+00:00")
        self.moment = moment.astimezone(UTC) if moment is not None else None

    def advance(self, by: timedelta) -> None:
        """Stop `by` after what the clock shows now."""
        self.moment = self.now() + by
