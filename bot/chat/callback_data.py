"""Actions as callback data and back: `code|field|field~owner`, at most 64 bytes.

The owner is the person who may press the button, in base 36; screens in groups carry one. Callback data can be forged:
decoding never raises and never yields a value outside its field's shape.
"""

import re
from dataclasses import fields
from typing import Any

from bot.domain.action import Action, Origin, action_type
from bot.domain.message import MAX_CALLBACK_BYTES

_WORD = re.compile(r"[A-Za-z0-9_:-]{0,32}")
_NUMBER = re.compile(r"-?\d{1,16}")
# What goes on into the buttons of the next screen is no longer than it can be, so that these fit as well.
_ORIGIN = re.compile(r"([a-z]?)\.([A-Za-z0-9_-]{0,10})\.(\d{0,5})")
_LANGUAGE = re.compile(r"[A-Za-z0-9-]{0,14}")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def encode(action: Action, owner: int | None = None) -> str:
    """Callback data for a button; an action that does not fit is a fault of ours."""
    assert action.code, f"{type(action).__name__} stands on no button"
    parts = [action.code, *(_packed(getattr(action, field.name)) for field in fields(action))]
    data = "|".join(parts)
    while data.endswith("|"):
        data = data[:-1]
    if owner is not None:
        data += "~" + _base36(owner)
    assert len(data.encode()) <= MAX_CALLBACK_BYTES, f"callback data too long: {data}"
    return data


def decode(data: str) -> tuple[Action, int | None] | None:
    """The action and its owner, or None when the data is none of ours."""
    body, mark, owner_text = data.partition("~")
    if mark and not re.fullmatch(r"[0-9a-z]{1,12}", owner_text):
        return None
    code, *values = body.split("|")
    kind = action_type(code)
    if kind is None:
        return None
    declared = fields(kind)
    if len(values) > len(declared):
        return None
    arguments: list[Any] = []
    # Empty fields at the end are left out; a field's empty value stands for them.
    values += [""] * (len(declared) - len(values))
    for field, value in zip(declared, values, strict=True):
        unpacked = _unpacked(field.type, value)
        if unpacked is None or (field.name == "language" and not _LANGUAGE.fullmatch(value)):
            return None
        arguments.append(unpacked)
    return kind(*arguments), int(owner_text, 36) if mark else None


def _packed(value: object) -> str:
    if isinstance(value, Origin):
        return "" if value == Origin() else f"{value.kind}.{value.key}.{value.page or ''}"
    if value == 0 and not isinstance(value, bool):
        return ""
    text = str(value)
    assert _WORD.fullmatch(text) or _NUMBER.fullmatch(text), f"not fit for callback data: {text}"
    return text


def _unpacked(kind: Any, value: str) -> str | int | Origin | None:
    if kind is Origin:
        if not value:
            return Origin()
        parts = _ORIGIN.fullmatch(value)
        return Origin(parts[1], parts[2], int(parts[3] or 0)) if parts else None
    if kind is int:
        if not value:
            return 0
        return int(value) if _NUMBER.fullmatch(value) else None
    return value if _WORD.fullmatch(value) else None


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
