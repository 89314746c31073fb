"""Files made to harm, sent by an admin: each is answered in a sentence, the bot lives and stays small."""

import io
import resource
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import acting
from bot.sandbox.world import FIRST_PERSON_ID
from tests.chat.publication import Publication, new_publication, words_of

MEGABYTES = 256


def front(text: str) -> bytes:
    return f"---\ntitle: x\n{text}\n---\nText\n".encode()


def bomb(*, size: int, said: int, entries: int = 1) -> bytes:
    """A zip file whose entries all unpack the same zeros."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(size >> 20)) + squeeze.flush()
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(body), said, 4, 0) + b"a.md"
    one = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(body), said, 4, 0, 0, 0, 0, 0, 0)
    directory = (one + b"a.md") * entries
    count = min(entries, 0xFFFF)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(local) + len(body), 0)
    return local + body + directory + end


def zipped(name: str, data: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr(name, data)
    return target.getvalue()


def png_header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0) + b"\0" * 64


def linked() -> bytes:
    """A post, and a link that leads to where passwords are."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.md", "---\ntitle: Linked\n---\n![x](key.png)\n")
        link = zipfile.ZipInfo("key.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return target.getvalue()


def as_large_as_may_be() -> bytes:
    """A bundle at its caps: five images of 9.5 MB and a post that shows them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        shown = "".join(f"![x]({number}.png)\n\n" for number in range(5))
        archive.writestr("a.md", f"---\ntitle: Large\n---\n{shown}")
        for number in range(5):
            archive.writestr(f"{number}.png", png_header(40, 20) + bytes([number]) * 9_500_000)
    return target.getvalue()


MERGES = "\n".join(f"{one}: &{one} {{<<: [*{before}, *{before}]}}" for before, one in zip("abc", "bcd", strict=True))
ALIASES = "\n".join(
    f"{one}: &{one} [*{before}, *{before}]" for before, one in zip("abcdefghij", "bcdefghijk", strict=True)
)

FILES: dict[str, tuple[str, bytes, str]] = {
    "brackets": ("a.md", front("x: " + "[" * 25_000), "front matter is longer than 16 KiB"),
    "deep brackets": ("a.md", front("x: " + "[" * 5_000), "nested more than 8 levels deep"),
    "aliases": ("a.md", front(f"a: &a [x, x]\n{ALIASES}"), "uses an anchor or alias"),
    "merge keys": ("a.md", front(f"a: &a {{x: 1}}\n{MERGES}"), "uses an anchor or alias"),
    "more than 1 MiB": ("a.md", front("a: b") + b"x" * (3 << 20), "and 1 MiB is the most that is read"),
    "zip with a link": ("a.zip", linked(), "the image key.png is neither in the upload nor in the folder"),
    "zip as large as may be": ("a.zip", as_large_as_may_be(), "5 images"),
    "marks of Telegram": ("a.md", b"---\ntitle: <b>_*[x](y)</b>\n---\ntext\n", "<b>_*[x](y)</b>"),
    "dotted TOML key": ("a.md", b'+++\ntitle = "x"\n' + b"a." * 50_000 + b"a = 1\n+++\ntext", "longer than 16 KiB"),
    "binary": ("a.md", bytes(range(256)) * 40, "neither UTF-8 nor GB18030"),
    "NUL bytes": ("a.md", b"---\ntitle: x\n---\n" + b"text " * 500 + b"\0\0", "control characters are left out"),
    "zip that says it is huge": ("a.zip", bomb(size=150 << 20, said=150 << 20), "unpacks to more than 50 MiB"),
    "zip that says it is small": ("a.zip", bomb(size=150 << 20, said=100), "the zip file is damaged"),
    "zip that overlaps": ("a.zip", bomb(size=1 << 20, said=1 << 20, entries=100), "the zip file is damaged"),
    "zip of 200,000": ("a.zip", bomb(size=1 << 20, said=0, entries=200_000), "and 200 is the most"),
    "zip by bzip2": ("a.zip", zipped("a.md", b"0" * (8 << 20), zipfile.ZIP_BZIP2), "packed in an unusual way"),
    "zip that climbs": ("a.zip", zipped("../../a.md", b"text"), "a name that leads out of it"),
    "zip of Windows": ("a.zip", zipped("C:\\a.md", b"text"), "a name that leads out of it"),
    "absolute name": ("a.zip", zipped("/etc/cron.d/a.md", b"text"), "a name that leads out of it"),
    "remote image": ("a.md", front("a: b") + b"![x](http://169.254.169.254/latest)\n", "ready"),
    "direction marks": ("a.md", "---\ntitle: a\u202eexe.md\n---\n_*[text\n".encode(), "aexe\u2060.md"),
}


@pytest.fixture
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Publication]:
    template: Path = request.getfixturevalue("_migrated_sqlite")
    async with new_publication(tmp_path / "own", template, admins=frozenset({FIRST_PERSON_ID})) as made:
        made.post("posts/kept.md", "Kept", date="2026-01-01")
        async with made.running():
            yield made


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def test_each_is_answered_and_costs_neither_memory_nor_a_file(house: Publication) -> None:
    editor = house.guest()
    await editor.says("/help")
    base = peak()

    for name, data, said in FILES.values():
        before = {message.message_id for message in editor.seen}
        stored = house.world.files.add("document", name, data, None)
        acting.send_file(house.world, editor.chat.id, editor.id, stored, caption="")
        await house.until(
            lambda: [one for one in editor.seen if one.message_id not in before and said in words_of(one)]  # noqa: B023
        )
        if "Cancel" in editor.buttons:
            await editor.taps("Cancel")

    assert peak() - base < MEGABYTES
    assert [path.name for path in house.folder.rglob("*")] == ["posts", "kept.md"]
    await editor.says("/latest")
    assert "Kept" in editor.text


async def test_an_image_that_would_unpack_to_hundreds_of_megabytes_stops_its_post(house: Publication) -> None:
    editor = house.guest()
    for name, data in (("a.md", b"---\ntitle: A\n---\n![x](wide.png)\n"), ("wide.png", png_header(20_000, 11_000))):
        stored = house.world.files.add("document", name, data, None)
        acting.send_file(house.world, editor.chat.id, editor.id, stored, caption="")

    await house.until(lambda: editor.seen and "pixels" in editor.text)

    assert "20000 × 11000 pixels" in editor.text
    assert editor.buttons == ["Cancel"]
