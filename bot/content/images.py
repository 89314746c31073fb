"""Images judged by their first bytes: type and dimensions without decoding, within caps."""

import struct
from dataclasses import dataclass

from bot.content.problems import Code, ContentError, problem
from bot.content.sizes import file_size, size_over

# core.telegram.org/bots/api#sendphoto: 10 MB at most, width and height 10,000 together.
MAX_IMAGE_BYTES = 10 * 1000 * 1000
MAX_WIDTH_AND_HEIGHT = 10_000

_PNG = b"\x89PNG\r\n\x1a\n"
# JPEG markers that hold no length: TEM, RST0-7, SOI; and those that start a frame, with its dimensions.
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """`type` is png, jpeg, gif or webp; dimensions are in pixels."""

    type: str
    width: int
    height: int


def check_image(file: str, data: bytes) -> ImageFacts:
    """What the image's header says. Raises ContentError when it is none of the four types, damaged or over a cap."""
    if len(data) > MAX_IMAGE_BYTES:
        size = size_over(len(data), MAX_IMAGE_BYTES)
        raise ContentError(problem(Code.IMAGE_TOO_LARGE, file, size=size, limit=file_size(MAX_IMAGE_BYTES)))
    try:
        facts = _read_header(data)
    except (struct.error, IndexError):
        raise ContentError(problem(Code.IMAGE_BROKEN, file)) from None
    if facts is None:
        raise ContentError(problem(Code.IMAGE_TYPE, file))
    if not facts.width or not facts.height:
        raise ContentError(problem(Code.IMAGE_BROKEN, file))
    if facts.width + facts.height > MAX_WIDTH_AND_HEIGHT:
        raise ContentError(
            problem(
                Code.IMAGE_TOO_WIDE,
                file,
                width=str(facts.width),
                height=str(facts.height),
                limit=str(MAX_WIDTH_AND_HEIGHT),
            )
        )
    return facts


def _read_header(data: bytes) -> ImageFacts | None:
    if data.startswith(_PNG):
        # The specification puts IHDR first: length, name, width, height.
        if data[12:16] != b"IHDR":
            raise IndexError
        return ImageFacts("png", *struct.unpack_from(">II", data, 16))
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return ImageFacts("gif", *struct.unpack_from("<HH", data, 6))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def _jpeg(data: bytes) -> ImageFacts:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise IndexError
        marker = data[at + 1]
        if marker == 0xFF:
            # Fill bytes before a marker.
            at += 1
        elif marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return ImageFacts("jpeg", width, height)
        elif marker in _JPEG_BARE:
            at += 2
        else:
            (length,) = struct.unpack_from(">H", data, at + 2)
            # Entropy-coded data begins without a frame, or a segment shorter than its own length field.
            if marker in {0xD9, 0xDA} or length < 2:
                raise IndexError
            at += 2 + length


def _webp(data: bytes) -> ImageFacts:
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        struct.unpack_from("<10s", data, 20)
        return ImageFacts("webp", width, height)
    if kind == b"VP8L":
        signature, bits = struct.unpack_from("<BI", data, 20)
        if signature != 0x2F:
            raise IndexError
        return ImageFacts("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return ImageFacts("webp", width & 0x3FFF, height & 0x3FFF)
    raise IndexError
