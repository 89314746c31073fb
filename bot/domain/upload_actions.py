"""What the buttons of a proof and of the admins' lists do."""

from dataclasses import dataclass

from bot.domain.action import Action


@dataclass(frozen=True, slots=True)
class ShowProof(Action, code="up"):
    """The proof of an upload, or of one of its posts."""

    upload: str
    item: int = 0


@dataclass(frozen=True, slots=True)
class PreviewUpload(Action, code="uv"):
    """A page of a post as readers will get it; `form` is c(lassic) or r(ich)."""

    upload: str
    item: int
    page: int = 0
    form: str = ""


@dataclass(frozen=True, slots=True)
class ShowChanges(Action, code="uc"):
    """What a post of an upload would change in the one that is there."""

    upload: str
    item: int


@dataclass(frozen=True, slots=True)
class DecideUpload(Action):
    """What to do with a post of an upload, or with all that are decided together (`item` 0), as proven in `version`."""

    upload: str
    version: int
    item: int = 0


@dataclass(frozen=True, slots=True)
class PublishUpload(DecideUpload, code="uy"):
    """`how` is empty to go by the file, n(ow) to publish whatever its date says, a(nnounce) to tell readers again."""

    how: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleUpload(DecideUpload, code="us"):
    """Choose when it appears: t(onight), m(orning), or o(ther), which asks; empty shows the choices."""

    when: str = ""


@dataclass(frozen=True, slots=True)
class SaveDraft(DecideUpload, code="ud"):
    """Keep it from readers; those who have it now lose it, which is asked first unless the admin is `sure`."""

    sure: int = 0


@dataclass(frozen=True, slots=True)
class CategoriseUpload(DecideUpload, code="ug"):
    """Put it into a category by its key; o(ther) asks for a name, empty shows the choices."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class SpeakUpload(DecideUpload, code="ul"):
    """Say in which language it is; empty shows the choices."""

    language: str = ""


class CancelUpload(DecideUpload, code="ux"):
    """Drop it; with `item` 0 the whole upload."""


@dataclass(frozen=True, slots=True)
class UndoChange(Action, code="uu"):
    """Take back a change by its nonce; `back` is where the button stood: p(ost), l(og), empty for an outcome.

    `state` and `page` are the list that the post was chosen from, or the page of the log.
    """

    nonce: str
    back: str = ""
    state: str = "p"
    page: int = 0


@dataclass(frozen=True, slots=True)
class OfferVersion(Action, code="uo"):
    """Prove the version before a change (by its nonce) like an upload: to compare it, and to put it back."""

    nonce: str


@dataclass(frozen=True, slots=True)
class ReadPublished(Action, code="ur"):
    """Open a post in a message of its own: what was tapped stays."""

    key: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class ListPosts(Action, code="pl"):
    """An admin's list of posts in a state: p(ublished), s(cheduled), d(raft), w(ithdrawn), x (with problems).

    `state` q with the key of a query behind it is what those words found.
    """

    state: str = "p"
    page: int = 0


@dataclass(frozen=True, slots=True)
class ManagePost(Action, code="pm"):
    """A post's row, and what can be done with it; the list it was chosen from is gone back to."""

    post: int
    state: str = "p"
    page: int = 0


@dataclass(frozen=True, slots=True)
class ChangePost(Action, code="pc"):
    """Do something to the version of a post that the admin saw, known by the start of its hash.

    `what` is w(ithdraw), a(gain: publish), d(elete, asks), D(elete), e(dit: open as an upload), f(ile: send it),
    n (asks whether to announce), N (announces). The list is gone back to, as in ManagePost.
    """

    post: int
    version: str
    what: str
    state: str = "p"
    page: int = 0


@dataclass(frozen=True, slots=True)
class PreviewPost(Action, code="pv"):
    """A page of a post's file as readers would get it; `form` is c(lassic) or r(ich), `state` and `place` the list."""

    post: int
    page: int = 0
    form: str = ""
    state: str = "p"
    place: int = 0


@dataclass(frozen=True, slots=True)
class SchedulePost(Action, code="ps"):
    """Choose when the version that the admin saw appears; `when` as in ScheduleUpload, the list as in ManagePost."""

    post: int
    version: str
    when: str = ""
    state: str = "p"
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowLog(Action, code="lg"):
    page: int = 0
