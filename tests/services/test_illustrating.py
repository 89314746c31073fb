"""Formulas become pictures, kept and remembered; whatever a formula does, the bot goes on."""

import asyncio
import os
import signal
import struct
import sys
import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.readers.illustrating import Illustrator
from bot.services.readers.pictures.card import MAX_RATIO, MAX_SIDES, png_size, to_png
from bot.services.readers.pictures.kept import KeptPictures
from bot.services.readers.pictures.process import DrawingFailedError, DrawingProcess

# A worker that answers nothing, dies, or says what it was given, as the formula asks.
WORKER = """
import json, os, sys, time
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    latex = json.loads(line)["latex"]
    if latex == "hang":
        time.sleep(60)
    if latex == "die":
        os._exit(1)
    if latex == "environment":
        latex = json.dumps(sorted(os.environ))
    if latex == "pid":
        latex = str(os.getpid())
    print(json.dumps({"size": len(latex)}), flush=True)
    print(latex, end="", flush=True)
"""


def stub() -> DrawingProcess:
    return DrawingProcess(time_limit=timedelta(seconds=0.5), command=(sys.executable, "-c", WORKER))


class Store:
    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self.names.get(key)

    async def put(self, key: str, file_id: str) -> None:
        self.names[key] = file_id


def png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def corner(picture: bytes) -> tuple[int, ...]:
    """Red, green, blue and opacity of the first pixel, which every filter of PNG leaves as it is."""
    at, data = 8, b""
    while at < len(picture):
        length, kind = struct.unpack_from(">I4s", picture, at)
        data += picture[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    return tuple(zlib.decompress(data)[1:5])


def ink(picture: bytes) -> bool:
    """Whether anything but paper is on the card: an empty card compresses to next to nothing."""
    width, height = png_size(picture)
    return len(picture) > len(to_png("", width, height)) + 200


async def test_formula_is_drawn_once_and_remembered_by_file_id(tmp_path: Path) -> None:
    store = Store()
    latex = r"L = \frac{1}{n} \sum_{i=1}^n \text{损失}(x_i) \tag{3} \label{loss}"
    async with Illustrator(tmp_path / "pictures", store=store, time_limit=timedelta(seconds=60)) as illustrator:
        first = await illustrator.draw(latex)
        assert first is not None
        assert ink(first.path.read_bytes())
        assert (first.width, first.height) == png_size(first.path.read_bytes())
        assert first.file_id is None
        first.path.write_bytes(first.path.read_bytes() + b"kept")
        await illustrator.remember(first.key, "AgACAgIAAx")
        again = await illustrator.draw(f"  {latex}\n")

    assert again is not None
    assert again.file_id == "AgACAgIAAx"
    assert again.path.read_bytes().endswith(b"kept")


async def test_formulas_that_cannot_be_drawn_are_refused_and_the_next_is_drawn(tmp_path: Path) -> None:
    refused = [r"\mystery{x}", r"\frac{a", "x" * 4001, "", r"\text{\unknown}", "🙋"]
    drawn = [r"\begin{bmatrix} a & b \end{bmatrix}^{-1}", r"\begin{cases} 1 & x \\ 0 & \text{否则} \end{cases}", "x"]
    async with Illustrator(tmp_path, time_limit=timedelta(seconds=60)) as illustrator:
        assert [await illustrator.draw(latex) for latex in refused] == [None] * len(refused)
        pictures = [await illustrator.draw(latex) for latex in drawn]

    for picture in pictures:
        assert picture is not None
        assert picture.width + picture.height <= MAX_SIDES
        assert picture.width >= 900
        assert max(picture.width, picture.height) <= MAX_RATIO * min(picture.width, picture.height)


async def test_pictures_outlive_the_illustrator(tmp_path: Path) -> None:
    async with Illustrator(tmp_path, time_limit=timedelta(seconds=60)) as illustrator:
        first = await illustrator.draw("x^2")
    later = Illustrator(tmp_path)

    again = await later.draw("x^2")

    assert first == again


async def test_slow_formula_is_given_up_and_the_next_is_drawn() -> None:
    process = stub()
    with pytest.raises(DrawingFailedError, match="too long"):
        await process.draw("hang")

    assert await process.draw("next") == b"next"
    await process.close()


async def test_formula_that_was_slow_has_a_second_try_and_no_third(tmp_path: Path) -> None:
    once = tmp_path / "asked"
    worker = WORKER.replace(
        'if latex == "hang":', f'if latex == "slow": open({str(once)!r}, "a").write("x"); time.sleep(60)\n    if 0:'
    )
    process = DrawingProcess(time_limit=timedelta(seconds=0.2), command=(sys.executable, "-c", worker))
    async with Illustrator(tmp_path / "pictures", process=process) as illustrator:
        answers = [await illustrator.draw("slow") for _ in range(4)]

    assert answers == [None] * 4
    assert once.read_text() == "xx"


async def test_process_that_dies_is_started_again() -> None:
    process = stub()
    before = int(await process.draw("pid"))
    with pytest.raises(DrawingFailedError, match="ended"):
        await process.draw("die")

    after = int(await process.draw("pid"))

    assert before != after
    await process.close()


async def test_formula_is_drawn_although_its_process_is_killed_meanwhile() -> None:
    process = stub()
    before = int(await process.draw("pid"))
    os.kill(before, signal.SIGKILL)

    assert await process.draw("x") == b"x"

    await process.close()


async def test_caller_that_gives_up_does_not_leave_its_answer_to_the_next() -> None:
    process = stub()
    await process.draw("warm")
    waiting = asyncio.create_task(process.draw("hang"))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert await process.draw("mine") == b"mine"
    await process.close()


async def test_formulas_asked_for_at_once_are_each_answered() -> None:
    process = stub()

    answers = await asyncio.gather(*(process.draw(f"formula {number}") for number in range(20)))

    assert answers == [f"formula {number}".encode() for number in range(20)]
    await process.close()


async def test_secrets_are_not_passed_to_the_drawing_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELIOGRAPH_TOKEN", "123456:secret")
    process = stub()

    names = (await process.draw("environment")).decode()

    assert "PATH" in names
    assert "HELIOGRAPH" not in names
    await process.close()


async def test_closing_ends_the_process() -> None:
    process = stub()
    number = int(await process.draw("pid"))

    await process.close()

    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


async def test_answer_of_another_shape_is_a_failure_not_a_crash() -> None:
    process = DrawingProcess(time_limit=timedelta(seconds=5), command=(sys.executable, "-c", "print('hello')"))

    with pytest.raises(DrawingFailedError):
        await process.draw("x")


async def test_program_that_is_missing_is_a_failure_not_a_crash() -> None:
    process = DrawingProcess(time_limit=timedelta(seconds=5), command=("/nonexistent/python",))

    with pytest.raises(DrawingFailedError):
        await process.draw("x")


async def test_disk_that_takes_no_picture_costs_the_picture_alone(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("in the way")
    async with Illustrator(folder, time_limit=timedelta(seconds=60)) as illustrator:
        assert await illustrator.draw("x") is None


def test_least_recently_used_pictures_make_room(tmp_path: Path) -> None:
    kept = KeptPictures(tmp_path, limit=1000)
    for number in range(3):
        path = kept.put(f"old{number}", b"x" * 300)
        os.utime(path, (number, number))
    assert kept.get("old0") == b"x" * 300  # now the newest

    kept.put("new", b"y" * 300)

    assert kept.get("new")
    assert kept.get("old0")
    assert kept.get("old1") is None
    assert not list(tmp_path.glob("*.part"))


def test_wide_and_tall_formulas_stay_within_the_rules_for_photos() -> None:
    for width, height in ((1, 1), (100_000, 10), (10, 100_000), (30_000, 30_000)):
        across, down = png_size(to_png("", width, height))
        assert across + down <= MAX_SIDES
        assert max(across, down) <= MAX_RATIO * min(across, down)


def test_formula_is_dark_ink_on_a_white_card() -> None:
    """Telegram turns what is transparent black, and a reader's background may be dark."""
    card = to_png('<rect x="-480" y="-100" width="960" height="200"/>', 0, 0)

    assert corner(to_png("", 10, 10)) == (255, 255, 255, 255)
    assert max(corner(card)[:3]) < 50


async def test_image_of_the_folder_is_a_photo_when_its_header_says_so(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "good.png").write_bytes(png(640, 480))
    (tmp_path / "posts" / "huge.png").write_bytes(png(9000, 9000))
    (tmp_path / "posts" / "strip.png").write_bytes(png(4000, 10))
    (tmp_path / "posts" / "text.png").write_text("no picture")
    (tmp_path / "posts" / "link.png").symlink_to("/etc/hostname")
    store = Store()
    illustrator = Illustrator(tmp_path / "kept", store=store)

    good = await illustrator.photo(tmp_path, "posts/good.png")

    assert good is not None
    assert (good.width, good.height, good.path) == (640, 480, tmp_path / "posts" / "good.png")
    for name in ("huge.png", "strip.png", "text.png", "link.png", "missing.png", "../../etc/hostname"):
        assert await illustrator.photo(tmp_path, f"posts/{name}") is None
