"""Log lines for people or machines, in which no secret ever stands."""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType
from typing import Final, Literal, TextIO
from urllib.parse import quote

from bot.storage.address import StorageError

MASK: Final = "[secret]"

# What @BotFather gives out: the bot's id, a colon, 35 characters; written in URLs with the colon escaped too.
_SHAPE: Final = r"\d{6,}(?::|%3[Aa])[A-Za-z0-9_-]{30,}"

# httpx and aiohttp.access name every URL, token included; the others say at DEBUG what they say again in errors.
_CHATTY: Final = (
    "uvicorn",
    "aiosqlite",
    "httpx",
    "httpcore",
    "aiohttp.access",
    "asyncio",
    "watchfiles",
    "uvicorn.access",
    "alembic.runtime.plugins",
)

_facts: ContextVar[Mapping[str, object]] = ContextVar("facts", default=MappingProxyType({}))


@contextmanager
def context(**facts: object) -> Iterator[None]:
    """Adds facts, such as `update=5, chat=7`, to every record made inside, also by tasks started there."""
    before = _facts.set({**_facts.get(), **facts})
    try:
        yield
    finally:
        _facts.reset(before)


class Redaction:
    """Masks everything shaped like a bot token, and the secrets given, also as they stand in URLs."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), _tail(secret))}
        # The longest first, so that no part of one stays behind.
        literal = [re.escape(secret) for secret in sorted(known, key=len, reverse=True)]
        self._pattern = re.compile("|".join([*literal, _SHAPE]))

    def __call__(self, text: str) -> str:
        return self._pattern.sub(MASK, text)


def _tail(secret: str) -> str:
    """The part of a token that is secret on its own; short ones are words that stand elsewhere too."""
    tail = secret.rpartition(":")[2]
    return tail if len(tail) >= 20 else secret


class TextLines(logging.Formatter):
    """`time level logger [update=5 chat=7] message` on one line; a traceback follows indented."""

    def __init__(self, redact: Redaction) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        facts = " ".join(f"{name}={value}" for name, value in _facts.get().items())
        line = f"{_time(record)} {record.levelname} {record.name} {f'[{facts}] ' if facts else ''}{_one_line(record)}"
        trace = self._trace(record)
        return self._redact(line + ("\n" + trace if trace else "").replace("\n", "\n    "))

    def _trace(self, record: logging.LogRecord) -> str:
        parts = [self.formatException(record.exc_info) if record.exc_info else "", record.stack_info or ""]
        return "\n".join(part for part in parts if part)


class JsonLines(TextLines):
    """One JSON object a line: time, level, logger, message, the facts of the context, and `error` with a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            **_facts.get(),
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if trace := self._trace(record):
            entry["error"] = trace
        # Masked value by value: a mask must not meet the escapes of JSON.
        return json.dumps({key: self._masked(value) for key, value in entry.items()}, ensure_ascii=False)

    def _masked(self, value: object) -> object:
        return value if isinstance(value, int | float | None) else self._redact(str(value))


def _of_outages_at_debug(record: logging.LogRecord) -> bool:
    """The database tells of its outage itself, once; every tick that meets it says so in a line at DEBUG."""
    error = record.exc_info[1] if record.exc_info else None
    if not isinstance(error, StorageError):
        return True
    record.msg, record.args, record.exc_info = f"{record.getMessage()}: {error}", (), None
    record.levelno, record.levelname = logging.DEBUG, logging.getLevelName(logging.DEBUG)
    return logging.getLogger(record.name).isEnabledFor(logging.DEBUG)


class _Lines(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        # The stock one prints the record's arguments as they are.
        kind = sys.exc_info()[0]
        # Nobody reads what cannot be written at all, and whoever logs goes on.
        with suppress(OSError, ValueError):
            self.stream.write(f"a record of {record.name}, line {record.lineno}, cannot be written: {kind}\n")


def set_up_logging(
    *,
    level: str = "info",
    form: Literal["text", "json"] = "text",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Makes one handler for the whole process (default: on stderr), instead of those there are.

    Warnings and errors that nobody catches go the same way, so that they are masked too.
    """
    redact = Redaction(secrets)
    handler = _Lines(stream or sys.stderr)
    handler.addFilter(_of_outages_at_debug)
    handler.setFormatter(JsonLines(redact) if form == "json" else TextLines(redact))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns of each connection that breaks while we close it; an outage is told once, in words of ours.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda fault: _log_uncaught(
        fault.exc_type, fault.exc_value or fault.exc_type(), fault.exc_traceback
    )


def _log_uncaught(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("bot").critical("stopped by an error that nothing expected", exc_info=(kind, fault, trace))


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _one_line(record: logging.LogRecord) -> str:
    # Titles and names come from people; a line break in one must not look like a record of its own.
    return record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
