"""What the buttons under a text to subscribers do."""

from dataclasses import dataclass

from bot.domain.action import Action


@dataclass(frozen=True, slots=True)
class DecideBroadcast(Action):
    """A decision on a text by its nonce, aimed at all subscribers or at the followers of a category."""

    nonce: str
    aim: str = ""


class ShowBroadcast(DecideBroadcast, code="bs"):
    """See the text, and how many get it."""


@dataclass(frozen=True, slots=True)
class AimBroadcast(Action, code="ba"):
    """Choose whose followers the text with this nonce goes to, from a page of the categories."""

    nonce: str
    page: int = 0


class SendBroadcast(DecideBroadcast, code="by"):
    """Send it to whom the admin saw."""


class DropBroadcast(DecideBroadcast, code="bx"):
    """Never send it."""
