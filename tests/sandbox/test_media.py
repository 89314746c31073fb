"""Photos, documents, albums and files."""

import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox import acting
from bot.sandbox.limits import MAX_DOWNLOAD_BYTES
from tests.sandbox.conftest import ANN, Client, png


async def upload(client: Client, method: str, fields: dict[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    form = aiohttp.FormData()
    for name, value in fields.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for name, data in files.items():
        form.add_field(name, data, filename=f"{name}.png")
    async with client.session.post(client.url(method), data=form) as answer:
        body: dict[str, Any] = await answer.json()
        return body


async def test_a_photo_is_measured_and_can_be_sent_again_by_its_id(client: Client, picture: bytes) -> None:
    sent = (await upload(client, "sendPhoto", {"chat_id": ANN, "caption": " two "}, {"photo": picture}))["result"]
    (size,) = sent["photo"]
    again = await client.ok("sendPhoto", chat_id=ANN, photo=size["file_id"])
    assert (size["width"], size["height"], size["file_size"], sent["caption"]) == (40, 30, len(picture), "two")
    assert again["photo"] == sent["photo"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (b"no picture at all, only words of some length", "IMAGE_PROCESS_FAILED"),
        (b"", "file must be non-empty"),
    ],
)
async def test_what_is_no_photo_for_telegram_is_refused(client: Client, data: bytes, reason: str) -> None:
    body = await upload(client, "sendPhoto", {"chat_id": ANN}, {"photo": data})
    assert body["description"] == f"Bad Request: {reason}"


async def test_a_caption_over_1024_characters_is_refused(client: Client, picture: bytes) -> None:
    body = await upload(client, "sendPhoto", {"chat_id": ANN, "caption": "x" * 1025}, {"photo": picture})
    assert body["description"] == "Bad Request: message caption is too long"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("no-such-id", "wrong file identifier/HTTP URL specified"),
        ("https://a.example/p.png", "failed to get HTTP URL content"),
        ("attach://nowhere", "there is no photo in the request"),
        ("", "there is no photo in the request"),
    ],
)
async def test_a_photo_from_nowhere_is_refused(client: Client, source: str, reason: str) -> None:
    assert await client.refusal("sendPhoto", chat_id=ANN, photo=source) == f"Bad Request: {reason}"


async def test_a_photo_is_no_document(client: Client, picture: bytes) -> None:
    photo = client.server.world.files.add("photo", "a.png", picture)
    assert await client.refusal("sendDocument", chat_id=ANN, document=photo.file_id) == (
        "Bad Request: can't use file of type Photo as Document"
    )


async def test_an_album_comes_as_messages_of_one_group(client: Client, picture: bytes) -> None:
    media = [
        {"type": "photo", "media": "attach://a", "caption": "first"},
        {"type": "photo", "media": "attach://b"},
    ]
    files = {"a": picture, "b": png(10, 20)}
    sent = (await upload(client, "sendMediaGroup", {"chat_id": ANN, "media": media}, files))["result"]
    assert len({message["media_group_id"] for message in sent}) == 1
    assert [message["photo"][0]["width"] for message in sent] == [40, 10]
    assert sent[0]["caption"] == "first"


async def test_an_album_holds_two_to_ten_of_a_kind(client: Client, picture: bytes) -> None:
    photo = client.server.world.files.add("photo", "a.png", picture).file_id
    paper = client.server.world.files.add("document", "a.txt", b"words").file_id
    one = {"type": "photo", "media": photo}
    for media in ([one], [one] * 11):
        assert "2 to 10 items" in await client.refusal("sendMediaGroup", chat_id=ANN, media=media)
    mixed = await client.refusal("sendMediaGroup", chat_id=ANN, media=[one, {"type": "document", "media": paper}])
    assert mixed == "Bad Request: can't use the media of the specified type in the album"


async def test_media_and_captions_are_edited_in_place(client: Client, picture: bytes) -> None:
    files = client.server.world.files
    first, second = (files.add("photo", "a.png", data).file_id for data in (picture, png(7, 7)))
    sent = await client.ok("sendPhoto", chat_id=ANN, photo=first, caption="one")
    target = {"chat_id": ANN, "message_id": sent["message_id"]}
    captioned = await client.ok("editMessageCaption", **target, caption="two")
    swapped = await client.ok("editMessageMedia", **target, media={"type": "photo", "media": second, "caption": "two"})
    same = await client.refusal("editMessageCaption", **target, caption="two")
    assert (captioned["caption"], captioned["photo"][0]["file_id"]) == ("two", first)
    assert swapped["photo"][0]["width"] == 7
    assert "message is not modified" in same
    assert await client.refusal("editMessageText", **target, text="x") == (
        "Bad Request: there is no text in the message to edit"
    )


async def test_a_text_has_no_caption_to_edit(client: Client) -> None:
    sent = await client.ok("sendMessage", chat_id=ANN, text="x")
    reason = await client.refusal("editMessageCaption", chat_id=ANN, message_id=sent["message_id"], caption="y")
    assert reason == "Bad Request: there is no caption in the message to edit"


async def test_an_uploaded_document_can_be_downloaded(client: Client) -> None:
    form = aiohttp.FormData({"from": str(ANN), "kind": "document", "caption": "/publish"})
    form.add_field("file", b"# Title\n", filename="post.md")
    async with client.session.post(f"{client.server.base_url}/sandbox/chats/{ANN}/upload", data=form) as answer:
        assert answer.status == 200
    (update,) = await client.updates()
    document = update["message"]["document"]
    file = await client.ok("getFile", file_id=document["file_id"])
    address = f"{client.server.base_url}/file/bot{client.server.token}/{file['file_path']}"
    async with client.session.get(address) as answer:
        assert await answer.read() == b"# Title\n"
    assert (document["file_name"], file["file_size"]) == ("post.md", 8)
    assert update["message"]["caption_entities"][0]["type"] == "bot_command"


async def test_a_file_over_20_mib_is_not_handed_out(client: Client) -> None:
    stored = client.server.world.files.add("document", "big.zip", bytes(MAX_DOWNLOAD_BYTES + 1))
    acting.send_file(client.server.world, ANN, ANN, stored)
    assert await client.refusal("getFile", file_id=stored.file_id) == "Bad Request: file is too big"
    assert await client.refusal("getFile", file_id="none") == "Bad Request: invalid file_id"


async def test_a_file_that_is_no_picture_is_never_shown_as_a_page(client: Client) -> None:
    stored = client.server.world.files.add("document", "a.html", b"<script>", "text/html")
    async with client.session.get(f"{client.server.base_url}/sandbox/files/{stored.file_id}") as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.content_type == "application/octet-stream"


async def test_files_that_a_person_sends_together_are_one_album(client: Client, picture: bytes) -> None:
    form = aiohttp.FormData()
    form.add_field("from", str(ANN))
    form.add_field("kind", "photo")
    for caption in ("one.png", ""):
        form.add_field("file", picture, filename="x.png")
        form.add_field("caption", caption)
    async with client.session.post(f"{client.server.base_url}/sandbox/chats/{ANN}/album", data=form) as answer:
        shown = (await answer.json())["messages"]

    updates = [one["message"] for one in await client.ok("getUpdates")]

    assert len({one["media_group_id"] for one in [*shown, *updates]}) == 1
    assert [one.get("caption") for one in updates] == ["one.png", None]


async def test_one_file_is_no_album(client: Client, picture: bytes) -> None:
    form = aiohttp.FormData()
    form.add_field("from", str(ANN))
    form.add_field("file", picture, filename="x.png")
    async with client.session.post(f"{client.server.base_url}/sandbox/chats/{ANN}/album", data=form) as answer:
        assert "an album has 2 to 10 items" in await answer.text()
