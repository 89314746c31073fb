"""A small picture of bars, one row of them a series, each row to its own scale."""

from collections.abc import Sequence

import resvg_py

BAR, GAP, HEIGHT, MARGIN = 14, 4, 90, 16
_COLOURS = ("#2f7ed8", "#e07b39")
# Telegram shows pictures at about 400 points: twice that is sharp on every screen.
_SCALE = 2


def bars(series: Sequence[Sequence[int]]) -> bytes:
    """A PNG of the series, the first on top; a day with nothing is a thin line."""
    width = 2 * MARGIN + max(len(values) for values in series) * (BAR + GAP) - GAP
    height = MARGIN + len(series) * (HEIGHT + MARGIN)
    drawn = [
        _row(values, MARGIN + place * (HEIGHT + MARGIN), _COLOURS[place % len(_COLOURS)])
        for place, values in enumerate(series)
    ]
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(drawn)}</svg>'
    )
    return bytes(resvg_py.svg_to_bytes(svg_string=picture, zoom=_SCALE, skip_system_fonts=True))


def _row(values: Sequence[int], top: int, colour: str) -> str:
    most = max(values, default=0) or 1
    rects = []
    for place, value in enumerate(values):
        tall = max(1, round(HEIGHT * value / most))
        left = MARGIN + place * (BAR + GAP)
        rects.append(f'<rect x="{left}" y="{top + HEIGHT - tall}" width="{BAR}" height="{tall}" fill="{colour}"/>')
    return "".join(rects)
