"""What a button does: small values that screens put on buttons and chat turns into callback data and back."""

from dataclasses import dataclass, field
from typing import ClassVar

_REGISTRY: dict[str, "type[Action]"] = {}


@dataclass(frozen=True, slots=True)
class Action:
    """Base of all actions. Each has a `code` of its own and fields of str, int or Origin.

    A subclass without a code is a form that several actions share; it stands on no button itself.

    Encoded it must fit callback data (64 bytes): fields hold keys and numbers, never words.
    """

    code: ClassVar[str] = ""

    def __init_subclass__(cls, code: str = "", **kwargs: object) -> None:
        # Not zero-argument super(): slots=True makes the class anew, and the cell points at the old one.
        super(Action, cls).__init_subclass__(**kwargs)
        if code:
            cls.code = code
        if cls.code:
            _REGISTRY[cls.code] = cls


def action_type(code: str) -> type[Action] | None:
    """The action with this code, None when there is none."""
    return _REGISTRY.get(code)


@dataclass(frozen=True, slots=True)
class Origin:
    """The list a reader came from: latest (`l`), a category (`c`), a tag (`t`), a search (`s`), and its page from 0."""

    kind: str = "l"
    key: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowHome(Action, code="h"):
    pass


@dataclass(frozen=True, slots=True)
class ShowHelp(Action, code="hp"):
    pass


@dataclass(frozen=True, slots=True)
class ShowList(Action, code="l"):
    """A list's page, in place."""

    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True)
class ShowCategories(Action, code="c"):
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowTags(Action, code="t"):
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowRandom(Action, code="x"):
    pass


@dataclass(frozen=True, slots=True)
class ReadPost(Action, code="r"):
    """A page (from 0) of a post; `language` picks a translation, empty for the reader's.

    `form` is `c` for classic or `r` for rich, empty for the chat's own.
    """

    key: str
    page: int = 0
    language: str = ""
    origin: Origin = field(default_factory=Origin)
    form: str = ""


@dataclass(frozen=True, slots=True)
class ShowOutline(Action, code="o"):
    """The headings of a post with their pages; `page` is where the reader is."""

    key: str
    page: int = 0
    language: str = ""
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True)
class SearchExactly(Action, code="se"):
    """The search behind `key`, without correction."""

    key: str


@dataclass(frozen=True, slots=True)
class NarrowSearch(Action, code="sn"):
    """The search behind `key` within a category (`kind` c) or tag (t) of key `topic`."""

    key: str
    kind: str
    topic: str


@dataclass(frozen=True, slots=True)
class ShowRelated(Action, code="sr"):
    """Posts near a post."""

    key: str
    language: str = ""
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True)
class SharePost(Action, code="sh"):
    key: str


@dataclass(frozen=True, slots=True)
class ShowSettings(Action, code="s"):
    pass


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Action, code="sl"):
    """`language` is zh, en, or empty to follow Telegram's."""

    language: str


@dataclass(frozen=True, slots=True)
class ChooseForm(Action, code="sf"):
    """How posts are shown from now on: classic or rich. `keep` is 1 under a post, where the screen stays."""

    form: str
    keep: int = 0


@dataclass(frozen=True, slots=True)
class Nothing(Action, code="n"):
    """A button that only shows something."""
