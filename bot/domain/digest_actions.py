"""Buttons of digests and subscriptions. `who` is a subscriber's number, 0 for the chat or topic where it is tapped."""

from dataclasses import dataclass

from bot.domain.action import Action


@dataclass(frozen=True, slots=True)
class FollowTopic(Action, code="fo"):
    """Under a list or a post: follow a category (`c`) or tag (`t`), and show what is followed in a new message."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class ShowDigest(Action, code="d"):
    """What is followed and when: in place, or (`new` 1) below a digest that is to stay."""

    who: int = 0
    page: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class ToggleTopic(Action, code="dt"):
    """Follow something or follow it no longer; kind is all, category, tag or keyword's subscription by number."""

    kind: str
    key: str = ""
    who: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class AskKeyword(Action, code="dk"):
    who: int = 0


@dataclass(frozen=True, slots=True)
class ShowWhen(Action, code="dw"):
    """How often; `only` is one subscription's number, 0 for all."""

    who: int = 0
    only: int = 0


@dataclass(frozen=True, slots=True)
class ShowEach(Action, code="de"):
    """Every subscription, to give one a time of its own."""

    who: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class ChooseDays(Action, code="dd"):
    """`days` as in a cadence; `then` is what is shown next: `h` the hours, `d` the days again."""

    who: int
    only: int
    days: int
    then: str = "h"


@dataclass(frozen=True, slots=True)
class ShowDays(Action, code="dx"):
    """The days of the week to choose from; `days` are those chosen so far."""

    who: int
    only: int
    days: int
    weekly: int = 0


@dataclass(frozen=True, slots=True)
class ShowHours(Action, code="dh"):
    """Six hours from `first`, and their halves when `half` is set."""

    who: int
    only: int
    first: int = 6
    half: int = 0


@dataclass(frozen=True, slots=True)
class AskMinute(Action, code="di"):
    """Ask for a time to the minute."""

    who: int
    only: int


@dataclass(frozen=True, slots=True)
class ChooseMinute(Action, code="dm"):
    who: int
    only: int
    minute: int


@dataclass(frozen=True, slots=True)
class ShowZones(Action, code="dz"):
    who: int = 0


@dataclass(frozen=True, slots=True)
class ChooseZone(Action, code="dc"):
    """`zone` is an IANA name with `:` for `/`."""

    who: int
    zone: str


@dataclass(frozen=True, slots=True)
class AskZone(Action, code="da"):
    who: int = 0


@dataclass(frozen=True, slots=True)
class ToggleQuiet(Action, code="dq"):
    who: int
    silent: int


@dataclass(frozen=True, slots=True)
class ToggleNothing(Action, code="dn"):
    who: int
    even_if_nothing: int


@dataclass(frozen=True, slots=True)
class EndAll(Action, code="du"):
    """`sure` is 1 once it was asked."""

    who: int
    sure: int = 0


@dataclass(frozen=True, slots=True)
class Done(Action, code="do"):
    """Leave the screen with what is followed, without buttons to change it."""

    who: int = 0


@dataclass(frozen=True, slots=True)
class SendLast(Action, code="dl"):
    """The newest posts of what is followed, now."""

    who: int = 0


@dataclass(frozen=True, slots=True)
class TurnDigest(Action, code="dp"):
    """Another page of a digest that was sent; `delivery` 0 is a preview of the next one."""

    delivery: int
    page: int
    who: int = 0


@dataclass(frozen=True, slots=True)
class OpenPost(Action, code="op"):
    """A post in a message of its own, leaving the digest where it is."""

    key: str


@dataclass(frozen=True, slots=True)
class ShowPrivacy(Action, code="fp"):
    """What is kept about the chat."""


@dataclass(frozen=True, slots=True)
class Forget(Action, code="fg"):
    """Erase what is kept about the chat; `sure` is 1 once it was asked."""

    sure: int = 0


@dataclass(frozen=True, slots=True)
class ShowStatus(Action, code="st"):
    page: int = 0


@dataclass(frozen=True, slots=True)
class SettleUncertain(Action, code="su"):
    """Send an uncertain digest once more (`again` 1), or count it as delivered."""

    delivery: int
    again: int


@dataclass(frozen=True, slots=True)
class ReleaseHeld(Action, code="sp"):
    """Push the posts that are held back (`send` 1), or never."""

    send: int


@dataclass(frozen=True, slots=True)
class ConfirmWithdraw(Action, code="sw"):
    """Withdraw the posts whose files are gone; `sure` is 1 once it was asked."""

    sure: int = 0
