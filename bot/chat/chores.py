"""What the bot does for its admins by the clock: each is asked for every so often, and finds out what is due."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import TypeAlias

from bot.chat.desk import Desk
from bot.chat.handlers import announcing, noticing, uploading

Chore: TypeAlias = tuple[str, timedelta, Callable[[], Awaitable[object]]]
"""Its name, how often, and what to do."""


def chores(desk: Desk) -> list[Chore]:
    """Uploads that expire, problems and results to tell of, and counts to write down."""
    return [
        ("look after uploads", timedelta(seconds=30), partial(uploading.tend, desk)),
        ("tell of problems", timedelta(seconds=15), partial(noticing.tell, desk)),
        ("tell of texts", timedelta(seconds=15), partial(announcing.tell, desk)),
        ("write down what was read", timedelta(seconds=20), desk.tally.flush),
    ]
