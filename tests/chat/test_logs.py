"""Logs that an operator can read and grep, and in which no token stands whoever wrote it."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.chat import logs
from bot.storage.address import StorageError
from bot.storage.outage import CALM, Outage
from tests.chat.peer import TOKEN

SHORT = "1:demo"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Logging as configured for a run with a made-up token; everything is put back afterwards."""
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in (*logs._CHATTY, "psycopg")}
    before = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    stream = io.StringIO()
    logs.set_up_logging(level="debug", secrets=[SHORT], stream=stream)
    yield stream
    logging.captureWarnings(False)
    root.handlers, sys.excepthook, threading.excepthook = before[0], before[2], before[3]
    root.setLevel(before[1])
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_line_says_when_where_and_what(lines: io.StringIO) -> None:
    logging.getLogger("bot.x").info("sent %d", 3)
    time, rest = lines.getvalue().split(" ", 1)
    assert time.endswith("Z")
    assert rest == "INFO bot.x sent 3\n"


def test_context_stands_on_every_line_inside_and_none_outside(lines: io.StringIO) -> None:
    with logs.context(update=5), logs.context(chat=-7):
        logging.getLogger("bot").info("in")
    logging.getLogger("bot").info("out")
    inside, outside = lines.getvalue().splitlines()
    assert inside.endswith("INFO bot [update=5 chat=-7] in")
    assert outside.endswith("INFO bot out")


def test_text_by_people_cannot_forge_a_line(lines: io.StringIO) -> None:
    logging.getLogger("bot").info("title %s", "a\n2026-01-01T00:00:00Z CRITICAL bot gone\r")
    assert len(lines.getvalue().splitlines()) == 1


@pytest.mark.parametrize("token", [TOKEN, SHORT, TOKEN.replace(":", "%3A"), "1%3Ademo"])
def test_token_is_masked_in_messages_arguments_and_urls(lines: io.StringIO, token: str) -> None:
    logging.getLogger("any.library").warning("GET https://host/bot%s/getMe %s", token, {"token": token})
    assert token not in lines.getvalue()
    assert lines.getvalue().count(logs.MASK) == 2


def test_record_that_cannot_be_written_shows_nothing_of_itself(
    lines: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    # Straight to our handler: pytest's own one raises on such a record.
    [ours] = [handler for handler in logging.getLogger().handlers if isinstance(handler.formatter, logs.TextLines)]
    ours.handle(logging.makeLogRecord({"name": "bot", "msg": f"{TOKEN} %d", "args": (SHORT,)}))
    told = lines.getvalue() + capsys.readouterr().err
    assert "cannot be written" in told
    assert TOKEN not in told
    assert SHORT not in told


def test_token_is_masked_in_tracebacks_causes_and_stacks(lines: io.StringIO) -> None:
    try:
        try:
            raise ValueError(f"inner {TOKEN}")
        except ValueError as inner:
            raise RuntimeError(f"outer {SHORT}") from inner
    except RuntimeError:
        logging.getLogger("bot").exception("failed", stack_info=True)
    told = lines.getvalue()
    assert "RuntimeError: outer [secret]" in told
    assert "ValueError: inner [secret]" in told
    assert all(line.startswith("    ") for line in told.splitlines()[1:])


def test_secret_half_of_a_token_is_masked_alone() -> None:
    redact = logs.Redaction([TOKEN])
    assert redact(f"half {TOKEN.split(':')[1]}") == "half [secret]"


def test_uncaught_errors_and_warnings_are_masked_too(lines: io.StringIO) -> None:
    sys.excepthook(RuntimeError, RuntimeError(TOKEN), None)
    thread = threading.Thread(target=lambda: [][0 if TOKEN else 1])
    thread.start()
    thread.join()
    warnings.warn(f"see {TOKEN}", UserWarning, stacklevel=1)
    told = lines.getvalue()
    assert TOKEN not in told
    assert "IndexError" in told
    assert "UserWarning" in told


def test_interrupt_from_the_keyboard_is_no_error(lines: io.StringIO) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not lines.getvalue()


async def test_stock_transport_logs_no_url_even_at_debug(lines: io.StringIO) -> None:
    bot = Bot(TOKEN, base_url="http://127.0.0.1:1/bot", request=HTTPXRequest(), get_updates_request=HTTPXRequest())
    with pytest.raises(Exception, match=r"."):
        await bot.get_me()
    logging.getLogger("bot").info("%r", bot)
    assert TOKEN not in lines.getvalue()
    assert "ExtBot" in lines.getvalue() or "Bot[" in lines.getvalue()


def test_json_lines_hold_one_object_each(lines: io.StringIO) -> None:
    stream = io.StringIO()
    logs.set_up_logging(form="json", secrets=['pass"word'], stream=stream)
    with logs.context(update=5):
        try:
            raise ValueError(f'{TOKEN} pass"word')
        except ValueError:
            logging.getLogger("bot").exception("中文 %s\nsecond", 'pass"word')
    [line] = stream.getvalue().splitlines()
    entry = json.loads(line)
    assert entry["message"] == "中文 [secret]\nsecond"
    assert entry["update"] == 5
    assert entry["level"] == "ERROR"
    assert entry["error"].endswith("ValueError: [secret] [secret]")


@pytest.mark.parametrize("form", ["text", "json"])
def test_who_meets_an_outage_that_was_told_once_says_so_at_debug_in_a_line(lines: io.StringIO, form: str) -> None:
    def fail(error: Exception) -> str:
        before = len(stream.getvalue())
        try:
            raise error
        except Exception:
            logging.getLogger("bot.jobs").exception("The tick %s failed", "tock")
        return stream.getvalue()[before:]

    for level, told in (("info", ""), ("debug", "The tick tock failed: The database is down.")):
        stream = io.StringIO()
        logs.set_up_logging(level=level, form="json" if form == "json" else "text", stream=stream)
        said = fail(StorageError("The database is down."))
        assert told in said
        assert len(said.splitlines()) == bool(told)
        assert "ERROR" not in said
        assert "Traceback" in fail(RuntimeError("a fault of ours"))


def test_an_outage_is_not_told_as_if_it_were_about_the_update_that_met_it(lines: io.StringIO) -> None:
    seconds = iter([0.0, 1.0, 1.0 + CALM])
    outage = Outage(lambda: next(seconds))
    with logs.context(update=5):
        outage.failed(StorageError("The database is down."))
        outage.answered(wrote=False)
        outage.answered(wrote=False)
        logging.getLogger("bot").info("answered")

    [began, ended, last] = lines.getvalue().splitlines()
    assert "The database is down." in began
    assert "answers again, after 1 s" in ended
    assert ["update=5" in line for line in (began, ended, last)] == [False, False, True]


def test_who_logs_goes_on_when_nobody_can_read_it_any_more(lines: io.StringIO) -> None:
    stream = io.StringIO()
    logs.set_up_logging(stream=stream)
    stream.close()

    logging.getLogger("bot").info("sent %d", 3)
