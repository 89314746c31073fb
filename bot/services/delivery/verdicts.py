"""What the outcome of a send means for a digest, its chat and the sender; pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.delivery import State, pause_before_retry
from bot.services.ports import (
    Busy,
    Forbidden,
    Moved,
    NotSent,
    Outcome,
    Refused,
    Sent,
    Unknown,
    Unreachable,
)

_TOPIC_GONE = ("thread not found", "topic_deleted")
# The outage is the network's, not this chat's: nothing else is worth trying meanwhile.
OUTAGE_PAUSE = timedelta(seconds=3)


class Fate(StrEnum):
    """What became of one attempt at a digest, for whoever counts. UNREACHABLE is the chat's own doing."""

    SENT = "sent"
    RETRIED = "retried"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` RETRY comes with `wait`. `take_back` says that nothing was sent, so its posts are news again.

    `hold_all` stops every send for so long. `pause` is why the chat (or its topic alone) is sent nothing from now on;
    `moved_to` is its new number; `rights` says whether the bot may write there, where that is known.
    """

    state: State
    cause: str | None = None
    message_id: int | None = None
    wait: timedelta = timedelta(0)
    hold_all: timedelta | None = None
    pause: str | None = None
    pause_topic_only: bool = False
    moved_to: int | None = None
    rights: bool | None = None

    @property
    def take_back(self) -> bool:
        return self.state in {State.RETRY, State.FAILED}

    @property
    def fate(self) -> Fate:
        if self.state is State.FAILED:
            return Fate.UNREACHABLE if self.pause or self.rights is False else Fate.FAILED
        return {State.SENT: Fate.SENT, State.RETRY: Fate.RETRIED}.get(self.state, Fate.UNCERTAIN)


def verdict_on(outcome: Outcome, *, attempts: int) -> Verdict:
    """`attempts` counts from 1."""
    match outcome:
        case Sent(message_id):
            return Verdict(State.SENT, message_id=message_id, rights=True)
        case Busy(wait):
            return Verdict(State.RETRY, "flood control", wait=wait, hold_all=wait)
        case Moved(chat_id):
            return Verdict(State.RETRY, "moved to a supergroup", moved_to=chat_id)
        case Unreachable(reason):
            topic_gone = any(sign in reason.lower() for sign in _TOPIC_GONE)
            return Verdict(State.FAILED, reason, pause=reason, pause_topic_only=topic_gone)
        case Forbidden(reason):
            return Verdict(State.FAILED, reason, rights=False)
        case Refused(reason):
            return Verdict(State.FAILED, reason)
        case NotSent(reason):
            wait_ = pause_before_retry(attempts)
            if wait_ is None:
                return Verdict(State.FAILED, reason)
            return Verdict(State.RETRY, reason, wait=wait_, hold_all=min(wait_, OUTAGE_PAUSE))
        case Unknown(reason):
            return Verdict(State.UNCERTAIN, reason)
