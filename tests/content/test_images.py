"""Images judged by their headers: the four types, the caps, and files that lie."""

import struct
import zlib

import pytest

from bot.content.images import MAX_IMAGE_BYTES, ImageFacts, check_image
from bot.content.problems import ContentError


def png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def jpeg(width: int, height: int, *, frame: int = 0xC0, before: bytes = b"") -> bytes:
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(9)
    return start + before + bytes([0xFF, frame, 0, 17, 8]) + struct.pack(">HH", height, width) + bytes(20)


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + bytes(10)


def webp(kind: bytes, payload: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 100) + b"WEBP" + kind + struct.pack("<I", len(payload)) + payload


def extended_webp(width: int, height: int) -> bytes:
    return webp(b"VP8X", bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"))


def refusal(data: bytes) -> str:
    with pytest.raises(ContentError) as caught:
        check_image("a.png", data)
    return caught.value.problem.code


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (png(640, 480), "png"),
        (jpeg(640, 480), "jpeg"),
        (jpeg(640, 480, frame=0xC2), "jpeg"),
        (jpeg(640, 480, before=b"\xff\xff\xfe\x00\x04xx\xff\xd0"), "jpeg"),
        (jpeg(640, 480, before=b"\xff\xc4\x00\x04xx"), "jpeg"),
        (gif(640, 480), "gif"),
        (extended_webp(640, 480), "webp"),
        (webp(b"VP8L", b"\x2f" + struct.pack("<I", 639 | 479 << 14)), "webp"),
        (webp(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 640, 480)), "webp"),
    ],
)
def test_the_header_tells_type_width_and_height(data: bytes, kind: str) -> None:
    assert check_image("a.png", data) == ImageFacts(kind, 640, 480)


@pytest.mark.parametrize("make", [png, jpeg, gif, extended_webp])
def test_an_image_that_decodes_to_gigabytes_is_refused_by_its_header(make: object) -> None:
    assert callable(make)
    assert check_image("a.png", make(5000, 5000)).width == 5000
    assert refusal(make(5001, 5000)) == "image-too-wide"


def test_a_small_file_that_claims_millions_of_pixels_is_refused() -> None:
    with pytest.raises(ContentError) as caught:
        check_image("a.png", png(2**31, 2**31))
    assert "2147483648 × 2147483648" in caught.value.problem.what


def test_a_file_over_the_cap_is_refused_unread() -> None:
    assert refusal(png(10, 10) + bytes(MAX_IMAGE_BYTES)) == "image-too-large"


@pytest.mark.parametrize(
    "data", [b"", b"text", b"<svg width='1'/>", b"BM" + bytes(60), b"RIFF\0\0\0\0WAVE", b"\0" * 100]
)
def test_other_types_are_refused(data: bytes) -> None:
    assert refusal(data) == "image-type"


@pytest.mark.parametrize(
    "data",
    [
        *[png(640, 480)[:length] for length in (8, 15, 20, 23)],
        *[gif(640, 480)[:length] for length in (6, 9)],
        *[jpeg(640, 480)[:length] for length in (3, 5, 20, 26)],
        *[extended_webp(640, 480)[:length] for length in (12, 16, 25, 29)],
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x0dIDAT" + bytes(20),
        b"\xff\xd8\xff\xe0\x00\x00" + bytes(100),
        b"\xff\xd8\xff\xda\x00\x08" + bytes(100),
        b"\xff\xd8\xff" + b"\xff" * 1000,
        webp(b"ALPH", bytes(30)),
        webp(b"VP8L", bytes(30)),
        png(0, 10),
        gif(10, 0),
    ],
)
def test_damaged_headers_are_refused(data: bytes) -> None:
    assert refusal(data) == "image-broken"
