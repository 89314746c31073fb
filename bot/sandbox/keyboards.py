"""Keyboards as Telegram takes them: checked, cut to its sizes, refused in its words."""

import json
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.limits import MAX_BUTTONS, MAX_BUTTONS_IN_ROW, MAX_CALLBACK_BYTES, MAX_MARKUP_BYTES
from bot.sandbox.links import link_fault

Markup = dict[str, Any]

INLINE_KINDS = ("url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat",
                "switch_inline_query_chosen_chat", "copy_text", "web_app")  # fmt: skip
OBJECT_KINDS = ("switch_inline_query_chosen_chat", "copy_text", "web_app")
FIELDS = {
    "inline_keyboard": {"inline_keyboard"},
    "keyboard": {"keyboard", "resize_keyboard", "one_time_keyboard", "is_persistent", "selective",
                 "input_field_placeholder"},
    "remove_keyboard": {"remove_keyboard", "selective"},
    "force_reply": {"force_reply", "selective", "input_field_placeholder"},
}  # fmt: skip


def check_markup(markup: Any, *, inline_only: bool = False) -> Markup | None:
    """The markup a message will carry, None when it is empty; ApiError 400 when refused."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("Object expected as reply markup")
    kind = next((name for name in FIELDS if markup.get(name)), None)
    if kind is None:
        if set(markup) - {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"}:
            raise bad_request("this server knows no such reply markup")
        return None
    unknown = set(markup) - FIELDS[kind]
    if unknown:
        raise bad_request(f"this server knows no {min(unknown)} of reply markup")
    if inline_only and kind != "inline_keyboard":
        raise bad_request("Inline keyboard expected")
    if kind in ("remove_keyboard", "force_reply"):
        return markup
    rows = _rows(markup[kind], kind)
    if not rows:
        return None
    checked = {**markup, kind: rows}
    if len(json.dumps(checked, ensure_ascii=False).encode()) > MAX_MARKUP_BYTES:
        raise bad_request("reply markup is too long")
    return checked


def _rows(given: Any, kind: str) -> list[list[Markup]]:
    if not isinstance(given, list) or not all(isinstance(row, list) for row in given):
        owner = " of the InlineKeyboardMarkup" if kind == "inline_keyboard" else ""
        raise bad_request(f'Field "{kind}"{owner} must be an Array of Arrays')
    rows: list[list[Markup]] = []
    room = MAX_BUTTONS
    for given_row in given:
        row = [_inline_button(b) if kind == "inline_keyboard" else _reply_button(b) for b in given_row]
        row = row[: min(MAX_BUTTONS_IN_ROW, room)]
        room -= len(row)
        if row:
            rows.append(row)
    return rows


def _reply_button(button: Any) -> Markup:
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("Can't parse keyboard button: KeyboardButton must be a String or an Object")
    if set(button) - {"text", "request_contact", "request_location"}:
        raise bad_request("this server knows only plain, contact and location reply buttons")
    return button


def _inline_button(button: Any) -> Markup:
    if not isinstance(button, dict):
        raise bad_request("Can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request("Can't parse inline keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad_request("Inline keyboard button text must be non-empty")
    check_button_action(button, {"text", "style", "icon_custom_emoji_id"})
    return button


def check_button_action(button: Markup, other_fields: set[str]) -> None:
    """What a button does must be one thing, and one that Telegram takes."""
    unknown = set(button) - set(INLINE_KINDS) - other_fields
    if unknown:
        raise bad_request(f"this server knows no {min(unknown)} of an inline button")
    kinds = [name for name in INLINE_KINDS if button.get(name) is not None]
    if not kinds or (kinds == ["callback_data"] and button["callback_data"] == ""):
        raise bad_request("Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise bad_request("this server takes exactly one action for an inline button")
    wanted = dict if kinds[0] in OBJECT_KINDS else str
    if not isinstance(button[kinds[0]], wanted):
        raise bad_request(f'Can\'t parse inline keyboard button: Field "{kinds[0]}" has a wrong type')
    if len(button.get("callback_data", "").encode()) > MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    fault = link_fault(button["url"]) if "url" in button and not button["url"].startswith("tg://user?id=") else None
    if fault:
        raise bad_request(f"Inline keyboard button {fault}")


def button_at(markup: Markup | None, row: int, column: int) -> Markup | None:
    """The button in that place of a keyboard."""
    rows = (markup or {}).get("inline_keyboard") or (markup or {}).get("keyboard") or []
    return rows[row][column] if 0 <= row < len(rows) and 0 <= column < len(rows[row]) else None
