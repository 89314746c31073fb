"""The process that draws: a line of JSON in, a line of JSON and a PNG out, until its input ends.

`python -m bot.services.readers.pictures.worker`; asked by `process`, its neighbour, alone. It holds no secret, opens no
connection, and may be killed at any moment.
"""

import json
import os
import resource
import signal
import sys
from contextlib import suppress
from typing import BinaryIO

# A formula of 4,000 characters takes some 150 MB; one that wants more is not worth the machine's memory.
_MAX_MEMORY_BYTES = 1 << 30
# The bot kills a slow worker long before; this ends one whose bot is gone.
_ORPHAN_SECONDS = 120


def main() -> None:
    with suppress(ValueError, OSError):  # some systems cannot cap a process's memory
        resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY_BYTES, _MAX_MEMORY_BYTES))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    # Imported under the cap.
    from bot.services.readers.pictures.typesetting import load_fonts  # noqa: PLC0415

    load_fonts()
    _answer(answers, {"ready": True})
    for line in sys.stdin.buffer:
        signal.alarm(_ORPHAN_SECONDS)
        header, picture = _draw(json.loads(line)["latex"])
        signal.alarm(0)
        _answer(answers, header, picture)


def _draw(latex: str) -> tuple[dict[str, object], bytes]:
    from bot.services.readers.pictures.card import to_png  # noqa: PLC0415
    from bot.services.readers.pictures.typesetting import UndrawableError, to_svg  # noqa: PLC0415

    try:
        picture = to_png(*to_svg(latex))
    except UndrawableError as error:
        return {"refused": str(error)}, b""
    return {"size": len(picture)}, picture


def _answer(answers: BinaryIO, header: dict[str, object], body: bytes = b"") -> None:
    answers.write(json.dumps(header).encode() + b"\n" + body)
    answers.flush()


if __name__ == "__main__":
    main()
