"""The rows of a file of subscriptions: what each field may be, and a sentence on what is wrong with one."""

from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.domain.subscription import INSTANT, MAX_KEYWORD, MAX_SUBSCRIPTIONS, Cadence, Kind

_SHOWN: Final = 40
"""Characters of a name out of the file."""

_BOUNDS: Final = {
    "ge": "write a number of at least {}",
    "le": "write a number of at most {}",
    "lt": "write a number below {}",
    "max_length": "it may hold {} at most",
}
_ADVICE: Final = {
    "missing": "this is missing",
    "extra_forbidden": "there is no such field",
    "string_unicode": "it is no text that can be kept; write whole characters",
    "string": "write text, in quotes",
    "int": "write a whole number",
    "bool": "write true or false",
    "list": "write a list, in square brackets",
    "model": "write an object, in braces",
}
"""By pydantic's names of errors, or how they begin."""


def _text(text: str) -> str:
    """PostgreSQL keeps no NUL."""
    if "\0" in text:
        raise ValueError("it holds the character U+0000; leave that out")
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"“{_shown(name)}” is no time zone; write an IANA name, e.g. Asia/Shanghai") from None
    return name


def _zone_or_none(name: str) -> str:
    return name and _zone(name)


def _chat(number: int) -> int:
    if number == 0:
        raise ValueError("no chat has the number 0")
    return number


# With a length to look at, pydantic itself refuses half a character, which no database keeps and no zone is called.
_Text = Annotated[str, Field(max_length=255), AfterValidator(_text)]
_Key = Annotated[str, Field(max_length=64), AfterValidator(_text)]
_ZoneText = Annotated[str, Field(max_length=64), AfterValidator(_text)]
_ChatNumber = Annotated[int, Field(ge=-(2**62), le=2**62), AfterValidator(_chat)]


class _Strict(BaseModel):
    # Strict, for true is no number of a chat.
    model_config = ConfigDict(extra="forbid", strict=True)


class SubscriptionRow(_Strict):
    """One thing that is followed; `zone` is empty for what comes as it happens."""

    kind: Annotated[Kind, Field(strict=False)]
    key: _Key = ""
    name: _Text = ""
    days: int = Field(ge=0, le=127)
    minute: int = Field(ge=0, lt=24 * 60)
    zone: Annotated[_ZoneText, AfterValidator(_zone_or_none)]

    @model_validator(mode="after")
    def _fits(self) -> "SubscriptionRow":
        if (self.kind is Kind.ALL) == bool(self.key):
            raise ValueError("“all” has no key, everything else needs one")
        if self.kind is Kind.KEYWORD and len(self.key) > MAX_KEYWORD:
            raise ValueError(f"a keyword has {MAX_KEYWORD} characters at most")
        if self.days != INSTANT and not self.zone:
            raise ValueError("what comes at an hour needs a time zone; write an IANA name, e.g. Asia/Shanghai")
        return self

    @property
    def cadence(self) -> Cadence:
        return Cadence(INSTANT, 0, "") if self.days == INSTANT else Cadence(self.days, self.minute, self.zone)


class SubscriberRow(_Strict):
    """A chat or a topic with all that it follows."""

    chat_id: _ChatNumber
    chat_kind: Literal["private", "group", "supergroup", "channel"]
    thread_id: int = Field(0, ge=0, le=2**62)
    language: Literal["", "zh", "en"] = ""
    zone: Annotated[_ZoneText, AfterValidator(_zone)] | None = None
    silent: bool = False
    even_if_nothing: bool = False
    created_by: int | None = Field(None, ge=1, le=2**62)
    subscriptions: list[SubscriptionRow] = Field(max_length=MAX_SUBSCRIPTIONS)


def sentence(number: int, error: Any) -> str:
    """What is wrong with the row of this number: `error` is one of pydantic's."""
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{_shown(part)}" for part in error["loc"])
    return f"subscribers[{number}]{place}: {_said(error)}."


def _said(error: Any) -> str:
    """What is wrong, in words; pydantic's own speak of its models."""
    context = error.get("ctx", {})
    if "error" in context:
        return str(context["error"])
    for name, words in _BOUNDS.items():
        if name in context:
            return words.format(context[name])
    if "expected" in context:
        return f"write {context['expected']}"
    kind = next((kind for kind in _ADVICE if error["type"].startswith(kind)), "")
    return _ADVICE.get(kind, str(error["msg"]))


def _shown(name: str) -> str:
    """A name out of the file, short and on one line."""
    return "".join(one if one.isprintable() else "?" for one in name[:_SHOWN])
