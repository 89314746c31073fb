"""Rich messages (Bot API 10.1): blocks read field by field, counted against the limits, given back as clients get them.

What this server does not know is refused by name: html and markdown, and the blocks for video, audio, animation,
voice and maps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.acting import file_content
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.keyboards import check_button_action
from bot.sandbox.limits import (
    MAX_RICH_BLOCKS,
    MAX_RICH_BUTTONS_IN_ROW,
    MAX_RICH_CHARACTERS,
    MAX_RICH_COLUMNS,
    MAX_RICH_DEPTH,
    MAX_RICH_MEDIA,
)
from bot.sandbox.links import link_fault
from bot.sandbox.params import Params, type_of
from bot.sandbox.rich_fields import (
    BLOCKS,
    BUTTON_FIELDS,
    CAPTION,
    CELL,
    CHOICES,
    ITEM,
    SCALARS,
    TEXTS,
    Fields,
    item_label,
)
from bot.sandbox.sources import file_named
from bot.sandbox.world import JsonObject, World


def rich_content(world: World, params: Params) -> JsonObject:
    """The content of a message with the call's `rich_message`; ApiError 400 when refused."""
    return read_rich_message(
        params.parsed("rich_message"), lambda source, kind: file_named(world, params, source, kind)
    )


def read_rich_message(given: Any, find_file: Callable[[Any, str], Any]) -> JsonObject:
    """`{"rich_message": RichMessage}` from an InputRichMessage with blocks."""
    if not isinstance(given, dict):
        raise bad_request("Object expected as rich message")
    unknown = set(given) - {"blocks", "is_rtl", "skip_entity_detection"}
    if unknown:
        raise bad_request(f"this server takes rich messages as blocks and knows no {min(unknown)}")
    reader = _Reader(find_file)
    message: JsonObject = {"blocks": reader.blocks(given.get("blocks"), 1)}
    if given.get("is_rtl"):
        message["is_rtl"] = True
    reader.check()
    return {"rich_message": message}


@dataclass
class _Reader:
    """Walks the blocks once, counting; depth counts blocks and the texts nested in them."""

    find_file: Callable[[Any, str], Any]
    block_count: int = 0
    characters: int = 0
    media: int = 0

    def check(self) -> None:
        if self.block_count == 0:
            raise bad_request("rich message must be non-empty")
        if self.characters > MAX_RICH_CHARACTERS:
            raise bad_request(f"rich message is too long: {self.characters} of {MAX_RICH_CHARACTERS} characters")
        if self.block_count > MAX_RICH_BLOCKS:
            raise bad_request(f"rich message has too many blocks: {self.block_count} of {MAX_RICH_BLOCKS}")
        if self.media > MAX_RICH_MEDIA:
            raise bad_request(f"rich message has too many media: {self.media} of {MAX_RICH_MEDIA}")

    def blocks(self, given: Any, depth: int) -> list[JsonObject]:
        return [self._block(item, depth) for item in _array(given, "blocks")]

    def _block(self, given: Any, depth: int) -> JsonObject:
        self.block_count += 1
        kind = type_of(given)
        if kind not in BLOCKS:
            raise _fault(f"this server knows no block {kind}")
        return {"type": kind, **self._fields(given, BLOCKS[kind], depth, kind)}

    def _fields(self, given: JsonObject, fields: Fields, depth: int, owner: str) -> JsonObject:
        if depth > MAX_RICH_DEPTH:
            raise bad_request(f"rich message is nested too deeply: over {MAX_RICH_DEPTH} levels")
        unknown = set(given) - set(fields) - {"type"}
        if unknown:
            raise _fault(f"there is no field {min(unknown)} in {owner}")
        read: JsonObject = {}
        for name, kind in fields.items():
            value = given.get(name)
            if value is None:
                if not kind.endswith("?"):
                    raise _fault(f"{owner} needs {name}")
            else:
                read[name] = self._value(value, kind.rstrip("?"), depth, f"{name} of {owner}")
        return read

    def _value(self, value: Any, kind: str, depth: int, owner: str) -> Any:
        if kind == "text":
            return self.text(value, depth)
        if kind in CHOICES:
            if value not in CHOICES[kind]:
                raise _fault(f"{owner} must be one of {', '.join(map(str, CHOICES[kind]))}")
            return value
        if kind in SCALARS:
            return self._scalar(value, kind, owner)
        if kind in ("photo", "document"):
            return self._media(value, kind)
        if kind == "caption":
            return self._fields(_object(value, owner), CAPTION, depth + 1, "caption")
        if kind == "button":
            return self._button(value, depth)
        many: dict[str, Callable[[Any, int], Any]] = {
            "blocks": lambda given, at: self.blocks(given, at + 1),
            "items": self._items,
            "cells": self._cells,
            "buttons": self._buttons,
        }
        return many[kind](value, depth)

    def text(self, given: Any, depth: int) -> Any:
        """A RichText: a string, a list of texts, or an object with a type."""
        if isinstance(given, str):
            self.characters += len(given)
            return given
        if isinstance(given, list):
            return [self.text(item, depth) for item in given]
        kind = type_of(given)
        if kind not in TEXTS:
            raise _fault(f"this server knows no text {kind}")
        return {"type": kind, **self._fields(given, TEXTS[kind], depth + 1, kind)}

    def _scalar(self, value: Any, kind: str, owner: str) -> Any:
        wanted = SCALARS[kind]
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise _fault(f"{owner} must be {wanted.__name__}")
        if kind in ("string", "source", "link") and not value:
            raise _fault(f"{owner} must be non-empty")
        if kind == "source":
            self.characters += len(str(value))
        fault = link_fault(str(value)) if kind == "link" and not str(value).startswith("tg://") else None
        if fault:
            raise bad_request(fault)
        return value

    def _media(self, value: Any, kind: str) -> Any:
        self.media += 1
        given = _object(value, kind)
        if given.get("type") != kind:
            raise _fault(f"{kind} needs media of its own type")
        content = file_content(self.find_file(given.get("media"), kind))
        return content[kind]

    def _items(self, given: Any, depth: int) -> list[JsonObject]:
        items = []
        for number, item in enumerate(_array(given, "items"), start=1):
            self.block_count += 1
            read = self._fields(_object(item, "item"), ITEM, depth, "item")
            items.append(
                {"label": item_label(read, number), **read, **({"type": item["type"]} if "type" in item else {})}
            )
        return items

    def _cells(self, given: Any, depth: int) -> list[list[JsonObject]]:
        rows = []
        for row in _array(given, "cells"):
            self.block_count += 1
            cells = [self._fields(_object(cell, "cell"), CELL, depth + 1, "cell") for cell in _array(row, "row")]
            if sum(cell.get("colspan", 1) for cell in cells) > MAX_RICH_COLUMNS:
                raise bad_request(f"rich message has a table of over {MAX_RICH_COLUMNS} columns")
            rows.append(cells)
        return rows

    def _buttons(self, given: Any, depth: int) -> list[JsonObject]:
        buttons = _array(given, "buttons")
        if not 1 <= len(buttons) <= MAX_RICH_BUTTONS_IN_ROW:
            raise _fault(f"a row has 1 to {MAX_RICH_BUTTONS_IN_ROW} buttons")
        return [self._button(button, depth) for button in buttons]

    def _button(self, given: Any, depth: int) -> JsonObject:
        button = _object(given, "button")
        check_button_action(button, BUTTON_FIELDS)
        return {**button, "text": self.text(button.get("text"), depth)}


def _fault(reason: str) -> ApiError:
    return bad_request(f"Can't parse InputRichMessage: {reason}")


def _array(given: Any, name: str) -> list[Any]:
    if not isinstance(given, list):
        raise _fault(f"{name} must be an Array")
    return given


def _object(given: Any, name: str) -> JsonObject:
    if not isinstance(given, dict):
        raise _fault(f"{name} must be an Object")
    return given
