"""Bodies of Bot API requests: JSON, or multipart when there are files; a body knows whether its first byte has left."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from typing import Final

from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_writer import StreamWriter
from aiohttp.payload import Payload
from telegram.request import RequestData

CHUNK: Final = 64 * 1024
"""Bytes handed to the socket at once, so that a large upload notices a stalled peer."""

# What browsers do with the characters that would end the quoted name early.
_QUOTED: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


class Written:
    """A JSON object that needs no encoding any more, where PTB hands on a request's parameters."""

    __slots__ = ("content",)
    contains_files: Final = False

    def __init__(self, content: bytes) -> None:
        self.content = content


class Body(Payload):
    """Bytes to send within `write_timeout` seconds (None: for ever).

    aiohttp sends the head of a request together with the first bytes of its body. So while `begun` is false,
    nothing of the request has left this machine, whatever became of the connection.
    """

    _autoclose = True

    def __init__(self, content: bytes, content_type: str, write_timeout: float | None) -> None:
        super().__init__(content, content_type=content_type)
        self._size = len(content)
        self._content = content
        self._write_timeout = write_timeout
        self.begun = False

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return self._content.decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        # A server may have closed a kept connection since it was last used; a write to it goes nowhere.
        if isinstance(writer, StreamWriter) and (writer.transport is None or writer.transport.is_closing()):
            raise ConnectionResetError("the connection was closed before the request")
        self.begun = True
        if len(self._content) <= CHUNK:
            await writer.write(self._content)
            return
        view = memoryview(self._content)
        async with asyncio.timeout(self._write_timeout):
            for start in range(0, len(view), CHUNK):
                await writer.write(view[start : start + CHUNK])
            await writer.drain()


def body_of(data: RequestData | Written | None, write_timeout: float | None) -> Body:
    """The body that says `data`; JSON unless it carries files.

    Parameters go as they are: the Bot API takes a JSON value wherever a form needs it written as text.
    """
    if isinstance(data, Written):
        return Body(data.content, "application/json", write_timeout)
    if data is None or not data.contains_files:
        parameters = data.parameters if data else {}
        return Body(json.dumps(parameters).encode("ascii"), "application/json", write_timeout)
    boundary = secrets.token_hex(16)
    content = _multipart(boundary, data.json_parameters, data)
    return Body(content, f"multipart/form-data; boundary={boundary}", write_timeout)


def _multipart(boundary: str, fields: Mapping[str, str], data: RequestData) -> bytes:
    """Names stand in plain UTF-8: Telegram's server does not know the `filename*=` form."""
    parts: list[bytes] = []
    for name, value in fields.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name.translate(_QUOTED)}"\r\n\r\n'
        parts += [head.encode(), value.encode("utf-8", "replace"), b"\r\n"]
    for name, (file_name, content, mime_type) in data.multipart_data.items():
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name.translate(_QUOTED)}"; '
            f'filename="{(file_name or name).translate(_QUOTED)}"\r\nContent-Type: {mime_type}\r\n\r\n'
        )
        parts += [head.encode("utf-8", "replace"), content if isinstance(content, bytes) else content.read(), b"\r\n"]
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts)
