"""Rich messages: blocks read, counted, refused and given back."""

import json
from typing import Any

import aiohttp
import pytest
from aiogram.types import RichMessage

from tests.sandbox.conftest import ANN, Client


def paragraph(text: Any = "x") -> dict[str, Any]:
    return {"type": "paragraph", "text": text}


def cell(text: Any = "x", **more: Any) -> dict[str, Any]:
    return {"text": text, "align": "left", "valign": "top", **more}


def nested(depth: int) -> dict[str, Any]:
    block = paragraph()
    for _ in range(depth - 1):
        block = {"type": "blockquote", "blocks": [block]}
    return block


EVERYTHING = [
    {"type": "heading", "text": "标题", "size": 1},
    paragraph(["plain ", {"type": "bold", "text": ["bold ", {"type": "italic", "text": "both"}]}]),
    paragraph({"type": "mathematical_expression", "expression": "e^{i\\pi}"}),
    paragraph({"type": "url", "text": "link", "url": "https://a.example/"}),
    {"type": "pre", "text": "print()", "language": "python"},
    {"type": "mathematical_expression", "expression": "\\sum_i x_i"},
    {"type": "divider"},
    {
        "type": "list",
        "items": [
            {"blocks": [paragraph("one")]},
            {"blocks": [paragraph("two")], "value": 4, "type": "i"},
            {"blocks": [paragraph("done")], "has_checkbox": True, "is_checked": True},
        ],
    },
    {"type": "blockquote", "blocks": [paragraph()], "credit": "someone"},
    {"type": "details", "summary": "more", "blocks": [paragraph()], "is_open": True},
    {"type": "table", "cells": [[cell(is_header=True), cell(colspan=2)], [cell(), cell()]], "is_bordered": True},
    {"type": "anchor", "name": "end"},
    {"type": "footer", "text": {"type": "anchor_link", "text": "up", "anchor_name": ""}},
    {"type": "buttons", "buttons": [{"text": "Go", "callback_data": "go"}], "align": "center"},
]


async def test_every_kind_of_block_is_taken_and_comes_back_as_clients_know_it(client: Client) -> None:
    sent = await client.ok("sendRichMessage", chat_id=ANN, rich_message={"blocks": EVERYTHING, "is_rtl": False})
    blocks = sent["rich_message"]["blocks"]
    assert [block["type"] for block in blocks] == [block["type"] for block in EVERYTHING]
    assert [item["label"] for item in blocks[7]["items"]] == ["•", "iv.", "•"]
    assert "text" not in sent
    parsed = RichMessage.model_validate(sent["rich_message"]).blocks
    assert [type(block).__name__ for block in parsed[:2]] == ["RichBlockSectionHeading", "RichBlockParagraph"]
    assert not any(block.model_extra for block in parsed)


async def test_media_are_attached_and_counted(client: Client, picture: bytes) -> None:
    block = {"type": "photo", "photo": {"type": "photo", "media": "attach://p"}, "caption": {"text": "a"}}
    form = aiohttp.FormData({"chat_id": str(ANN), "rich_message": json.dumps({"blocks": [block]})})
    form.add_field("p", picture, filename="p.png")
    async with client.session.post(client.url("sendRichMessage"), data=form) as answer:
        sent = (await answer.json())["result"]
    (size,) = sent["rich_message"]["blocks"][0]["photo"]
    again = {**block, "photo": {"type": "photo", "media": size["file_id"]}}
    assert size["width"] == 40
    await client.ok("sendRichMessage", chat_id=ANN, rich_message={"blocks": [again] * 50})
    assert "too many media" in await client.refusal(
        "sendRichMessage", chat_id=ANN, rich_message={"blocks": [again] * 51}
    )


@pytest.mark.parametrize(
    ("blocks", "reason"),
    [
        ([], "must be non-empty"),
        ([paragraph("x" * 32_769)], "too long: 32769 of 32768"),
        ([paragraph("字" * 32_000), {"type": "mathematical_expression", "expression": "x" * 800}], "too long"),
        ([paragraph()] * 501, "too many blocks: 501 of 500"),
        ([{"type": "list", "items": [{"blocks": [paragraph()]}] * 250}], "too many blocks: 501"),
        ([{"type": "table", "cells": [[cell()]] * 500}], "too many blocks: 501"),
        ([nested(17)], "nested too deeply"),
        ([{"type": "table", "cells": [[cell()] * 19 + [cell(colspan=2)]]}], "over 20 columns"),
        ([{"type": "video"}], "knows no block video"),
        ([paragraph({"type": "blink", "text": "x"})], "knows no text blink"),
        ([{"type": "heading", "text": "x", "size": 7}], "size of heading must be one of 1, 2"),
        ([{"type": "heading", "text": "x"}], "heading needs size"),
        ([{**paragraph(), "colour": "red"}], "there is no field colour in paragraph"),
        ([paragraph({"type": "url", "text": "x", "url": "notes/a"})], "URL 'notes/a' is invalid"),
        ([{"type": "buttons", "buttons": [{"text": "x", "callback_data": "x" * 65}]}], "BUTTON_DATA_INVALID"),
        ([{"type": "table", "cells": [[{"text": "x"}]]}], "cell needs align"),
    ],
)
async def test_what_is_over_a_limit_or_unknown_is_refused(client: Client, blocks: Any, reason: str) -> None:
    assert reason in await client.refusal("sendRichMessage", chat_id=ANN, rich_message={"blocks": blocks})


@pytest.mark.parametrize(
    "blocks",
    [
        [paragraph("字" * 32_768)],
        [paragraph()] * 500,
        [{"type": "table", "cells": [[cell()] * 20] * 499}],
        [nested(16)],
    ],
)
async def test_what_is_just_within_a_limit_passes(client: Client, blocks: Any) -> None:
    await client.ok("sendRichMessage", chat_id=ANN, rich_message={"blocks": blocks})


async def test_html_is_refused_because_it_cannot_be_checked_here(client: Client) -> None:
    reason = await client.refusal("sendRichMessage", chat_id=ANN, rich_message={"html": "<p>x</p>"})
    assert "takes rich messages as blocks and knows no html" in reason


async def test_a_rich_message_and_a_text_take_each_others_place(client: Client) -> None:
    sent = await client.ok("sendMessage", chat_id=ANN, text="x")
    target = {"chat_id": ANN, "message_id": sent["message_id"]}
    rich = await client.ok("editMessageText", **target, rich_message={"blocks": [paragraph()]})
    same = await client.refusal("editMessageText", **target, rich_message={"blocks": [paragraph()]})
    plain = await client.ok("editMessageText", **target, text="y")
    assert rich["rich_message"]["blocks"] == [paragraph()]
    assert "message is not modified" in same
    assert (plain["text"], "rich_message" in plain) == ("y", False)
