"""A formula's SVG on a white card, as a PNG that is crisp on a phone and within Telegram's rules for photos."""

import math
import struct

import resvg_py

# Room around the formula, and the least card: Telegram stretches a small photo to the width of the screen.
_PADDING = 44.0
_MIN_WIDTH = 960.0
_MIN_HEIGHT = 200.0
# core.telegram.org/bots/api#sendphoto: width and height 10,000 together, their ratio at most 20.
MAX_SIDES = 10_000
MAX_RATIO = 20
# Telegram's apps show at most 2,560 pixels a side; more only costs upload.
_MAX_SIDE = 2560.0
_PAPER = "#ffffff"
_INK = "#1a1a1a"


def to_png(svg: str, width: float, height: float) -> bytes:
    """The formula, `width` by `height` pixels as given, centred on its card."""
    full_width = max(width + 2 * _PADDING, _MIN_WIDTH)
    # A quarter of the ratio that is allowed: a thinner strip is cropped in albums.
    full_height = max(height + 2 * _PADDING, _MIN_HEIGHT, full_width * 4 / MAX_RATIO / 2)
    full_width = max(full_width, full_height / MAX_RATIO * 4)
    scale = min(1.0, _MAX_SIDE / full_width, _MAX_SIDE / full_height)
    left, top = (full_width - width) / 2, (full_height - height) / 2
    card = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{math.ceil(full_width)}" height="{math.ceil(full_height)}">'
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>'
        f'<g transform="translate({left:.2f} {top:.2f})" fill="{_INK}">{svg}</g></svg>'
    )
    return bytes(resvg_py.svg_to_bytes(svg_string=card, zoom=scale, skip_system_fonts=True))


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height out of a PNG's header."""
    width, height = struct.unpack_from(">II", data, 16)
    return int(width), int(height)
