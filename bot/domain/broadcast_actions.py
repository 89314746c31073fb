"""What the buttons under a text to subscribers do."""

from dataclasses import dataclass

from bot.domain.action import Action


@dataclass(frozen=True, slots=True)
class ShowBroadcast(Action, code="bs"):
    """The text, aimed at all subscribers or at the followers of a category."""

    nonce: str
    aim: str = ""


@dataclass(frozen=True, slots=True)
class AimBroadcast(Action, code="ba"):
    """Choose whose followers it goes to."""

    nonce: str


@dataclass(frozen=True, slots=True)
class SendBroadcast(Action, code="by"):
    """Send it to whom the admin saw."""

    nonce: str
    aim: str = ""


@dataclass(frozen=True, slots=True)
class DropBroadcast(Action, code="bx"):
    nonce: str


@dataclass(frozen=True, slots=True)
class WriteBroadcast(Action, code="bw"):
    """Ask for a text."""
