"""What an update must be for us to read it. Telegram sends nothing else; whoever knows the webhook's secret may."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.chat.updates import RawUpdate


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds U+0000")
    return text


# core.telegram.org/bots/api#user, #chat: at most 52 significant bits.
_Person = Annotated[int, Field(ge=1, lt=2**52)]
_Chat = Annotated[int, Field(gt=-(2**52), lt=2**52)]
_Count = Annotated[int, Field(ge=0, lt=2**31)]
_Bytes = Annotated[int, Field(ge=0, lt=2**52)]
# Until the year 9999, after which Python has no dates.
_Date = Annotated[int, Field(ge=0, lt=253_402_300_800)]
# With a length to look at, pydantic refuses half a character too.
_Bytewise = Annotated[str, Field(max_length=1_000_000)]
_Text = Annotated[_Bytewise, AfterValidator(_no_nul)]


_NO_OBJECT, _OUT_OF_RANGE = "is no object", "is out of range"

_SAID: Final = {
    "missing": "is missing",
    "value_error": "holds U+0000",
    "string_type": "is no text",
    "string_unicode": "holds half a character",
    "string_too_long": "is too long",
    "string_pattern_mismatch": "is none that Telegram has",
    "int_type": "is no whole number",
    "bool_type": "is neither true nor false",
    "list_type": "is no list",
    "dict_type": _NO_OBJECT,
    "model_type": _NO_OBJECT,
    "greater_than": _OUT_OF_RANGE,
    "greater_than_equal": _OUT_OF_RANGE,
    "less_than": _OUT_OF_RANGE,
}
"""What pydantic calls a fault, and what it is to who reads the log."""


class _Shape(BaseModel):
    """What is not named here, nobody reads."""

    model_config = ConfigDict(strict=True, extra="ignore")


class _UserShape(_Shape):
    id: _Person
    is_bot: bool
    first_name: _Text
    last_name: _Text = ""
    username: _Text = ""
    language_code: _Text = ""


class _ChatShape(_Shape):
    id: _Chat
    type: Annotated[str, Field(pattern="^[a-z_]{1,16}$")]
    title: _Text = ""
    username: _Text = ""
    first_name: _Text = ""


class _EntityShape(_Shape):
    type: _Text
    offset: _Count
    length: _Count
    url: _Text = ""
    language: _Text = ""


class _FileShape(_Shape):
    file_id: _Text
    file_unique_id: _Text
    file_name: _Text = ""
    file_size: _Bytes = 0
    mime_type: _Text = ""


class _MessageShape(_Shape):
    message_id: _Count
    date: _Date
    chat: _ChatShape
    sender: _UserShape | None = Field(None, alias="from")
    sender_chat: _ChatShape | None = None
    via_bot: _UserShape | None = None
    message_thread_id: _Count = 0
    is_topic_message: bool = False
    text: _Text = ""
    caption: _Text = ""
    entities: list[_EntityShape] = []
    caption_entities: list[_EntityShape] = []
    media_group_id: _Text = ""
    document: _FileShape | None = None
    photo: list[_FileShape] = []
    reply_to_message: "_MessageShape | None" = None
    migrate_to_chat_id: _Chat = 0
    forum_topic_reopened: dict[str, Any] | None = None


class _TapShape(_Shape):
    id: _Text
    sender: _UserShape = Field(alias="from")
    chat_instance: _Text
    message: _MessageShape | None = None
    # A client may forge any, and is answered as for an old button.
    data: _Bytewise = ""


class _TypedShape(_Shape):
    id: _Text
    sender: _UserShape = Field(alias="from")
    query: _Text
    offset: _Text


class _ChosenShape(_Shape):
    result_id: _Text
    sender: _UserShape = Field(alias="from")
    query: _Text


class _MemberShape(_Shape):
    status: _Text
    user: _UserShape


class _MembershipShape(_Shape):
    chat: _ChatShape
    sender: _UserShape = Field(alias="from")
    date: _Date
    old_chat_member: _MemberShape
    new_chat_member: _MemberShape


_SHAPES: Final[dict[str, type[_Shape]]] = {
    "message": _MessageShape,
    "callback_query": _TapShape,
    "inline_query": _TypedShape,
    "chosen_inline_result": _ChosenShape,
    "my_chat_member": _MembershipShape,
}


def fault_of(update: RawUpdate) -> str:
    """What is no update of Telegram's in this one, by its place; empty when all of it can be read.

    Kinds that nobody reads are left to whoever knows none of them.
    """
    for kind, shape in _SHAPES.items():
        if kind not in update:
            continue
        try:
            shape.model_validate(update[kind])
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            return f"{'.'.join(map(str, (kind, *first['loc'])))} {_SAID.get(first['type'], 'cannot be read')}"
        except RecursionError:
            return f"{kind} is nested too deep"
    return ""
