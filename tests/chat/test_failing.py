"""A database that fails in the middle of an answer: what nobody saw is tried again, what somebody saw is not."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.app.ground import make_shelving, open_database_of
from bot.app.parts import make_desk
from bot.chat import show
from bot.chat.application import Reception
from bot.chat.attempts import NotNowError
from bot.chat.callback_data import encode
from bot.chat.desk import Desk
from bot.chat.failing import Cause
from bot.chat.inbound.throttling import Verdict
from bot.chat.measuring import measured
from bot.chat.routes import Answer, Routes
from bot.chat.transport.pacing import Pacer
from bot.chat.transport.rates import Limits
from bot.chat.transport.wire import make_bot
from bot.chat.updates import RawUpdate
from bot.chat.visit import Visit
from bot.domain.action import ShowHome
from bot.sandbox.faults import Fault
from bot.screens.home import plain
from bot.services import asking
from bot.services.delivery import subscribing
from bot.services.readers.illustrating import Illustrator
from bot.storage.address import StorageError
from bot.storage.engine import Connection, Database
from tests.chat.publication import Guest, Publication, words_of

SORRY = {
    "en": "Something went wrong on my side. It is noted; please try again in a moment.",
    "zh": "我这边出了点问题，已经记录下来，请稍后再试。",
}
GONE = StorageError("the database is gone")


@dataclass
class Border:
    """The border to Telegram with handlers that fail; `answers_first` shows the answer before, `holds` waits before."""

    publication: Publication
    desk: Desk
    routes: Routes = field(default_factory=Routes)
    answers_first: bool = False
    holds: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    failures: list[Cause] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.routes.command("help")(self._fail)
        self.routes.action(ShowHome)(self._fail)
        self.reception = Reception(self.desk, self.routes, self.failures.append)

    async def _fail(self, desk: Desk, visit: Visit, _asked: object) -> Answer:
        self.begun.set()
        if self.holds is not None:
            await self.holds.wait()
        if self.answers_first:
            await show.send(desk, visit, plain("An answer."))
        raise GONE

    async def gets(self, kind: str, payload: dict[str, Any], verdict: Verdict = Verdict.ALLOW) -> None:
        await self.reception.handle({"update_id": 1, kind: payload}, verdict)

    def guest(self, language: str = "en") -> Guest:
        """Somebody whom the bot may write to."""
        made = self.publication.guest(language)
        made.writes("Hello.")
        return made

    @property
    def toasts(self) -> list[dict[str, Any]]:
        return [dict(call.parameters) for call in self.publication.world.calls.since(0, "answerCallbackQuery")]


def spoken(guest: Guest, text: str, language: str = "en", **more: Any) -> dict[str, Any]:
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
    chat = {"id": guest.chat.id, "type": guest.chat.type, "title": "Readers", "first_name": "Ada"}
    return {
        "message_id": 1, "date": 1, "chat": chat, "from": person(guest, language), "text": text, "entities": entities,
    } | more  # fmt: skip


def person(guest: Guest, language: str = "en") -> dict[str, Any]:
    return {"id": guest.id, "is_bot": False, "first_name": "Ada", "language_code": language}


def tapped(guest: Guest) -> RawUpdate:
    return {
        "id": "1",
        "from": person(guest),
        "chat_instance": "1",
        "data": encode(ShowHome(), None),
        "message": spoken(guest, "A screen."),
    }


@pytest.fixture
async def border(own_publication: Publication) -> AsyncIterator[Border]:
    settings, loop = own_publication.settings, asyncio.get_running_loop()
    token = settings.require_token()
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(open_database_of(settings))
        shelving = make_shelving(settings, db, lambda: own_publication.now)
        bot = make_bot(token, Pacer(Limits(chat_per_second=1000), loop), api_url=settings.api_url)
        await bot.initialize()
        stack.push_async_callback(bot.shutdown)
        illustrator = await stack.enter_async_context(Illustrator(settings.data / "pictures"))
        made = Border(own_publication, make_desk(settings, shelving, bot, illustrator, lambda: own_publication.now))
        await stack.enter_async_context(made.reception)
        yield made


async def test_a_question_of_which_nothing_was_shown_is_to_be_asked_again(
    border: Border, caplog: pytest.LogCaptureFixture
) -> None:
    ada = border.guest()

    with pytest.raises(NotNowError):
        await border.gets("message", spoken(ada, "/help"))

    assert ada.seen == []
    assert not caplog.records


async def test_a_question_whose_answer_was_shown_is_done_without_an_apology(
    border: Border, caplog: pytest.LogCaptureFixture
) -> None:
    ada = border.guest()
    border.answers_first = True

    await border.gets("message", spoken(ada, "/help"))

    assert [words_of(one) for one in ada.seen] == ["An answer."]
    assert [one.getMessage() for one in caplog.records] == [
        f"Update 1 was answered, but not all of it was written down: {GONE}"
    ]


async def test_a_question_whose_answer_may_have_been_shown_is_not_asked_again(border: Border) -> None:
    ada = border.guest()
    border.answers_first = True
    border.publication.fail("sendMessage", ada.chat.id, kind="drop", applied=True)

    await border.gets("message", spoken(ada, "/help"))

    assert [words_of(one) for one in ada.seen] == ["An answer.", SORRY["en"]]


async def test_who_tapped_is_told_at_once_and_not_again(border: Border) -> None:
    await border.gets("callback_query", tapped(border.guest()))

    assert [(one["text"], one["show_alert"]) for one in border.toasts] == [(SORRY["en"], "true")]


async def test_a_tap_whose_answer_was_shown_only_stops_spinning(border: Border) -> None:
    ada = border.guest()
    border.answers_first = True

    await border.gets("callback_query", tapped(ada))

    assert [words_of(one) for one in ada.seen] == ["An answer."]
    assert [one.get("text") for one in border.toasts] == [None]


async def test_a_tap_that_cannot_be_answered_is_told_of_by_what_went_wrong_first(
    border: Border, caplog: pytest.LogCaptureFixture
) -> None:
    border.publication.world.faults.add(Fault("error", "answerCallbackQuery", code=400, description="Bad Request: no"))

    await border.gets("callback_query", tapped(border.guest()))

    assert border.failures == [Cause.DATABASE]
    assert [one.getMessage() for one in caplog.records] == [f"Update 1 failed: {GONE}"]


async def test_who_asks_too_much_and_blocked_the_bot_is_no_fault_of_the_program(
    border: Border, caplog: pytest.LogCaptureFixture
) -> None:
    ada = border.guest()
    blocked = "Forbidden: bot was blocked by the user"
    border.publication.fail("sendMessage", ada.chat.id, code=403, description=blocked)

    await border.gets("message", spoken(ada, "/help"), Verdict.NOTICE)

    assert border.failures == [Cause.UNREACHABLE]
    assert not [one for one in caplog.records if one.exc_info]


async def test_a_tap_that_is_cut_short_hears_nothing_for_it_comes_again(border: Border) -> None:
    border.holds = asyncio.Event()
    tapping = asyncio.create_task(border.gets("callback_query", tapped(border.guest())))
    await border.begun.wait()

    tapping.cancel()
    await asyncio.gather(tapping, return_exceptions=True)

    assert border.toasts == []


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_who_waited_in_vain_is_told_so_without_the_database(border: Border, language: str) -> None:
    ada = border.guest(language)
    file = border.publication.database_file
    await border.desk.db.close()
    file.rename(file.with_name("away"))
    file.write_bytes(b"no database" * 1000)

    await border.gets("message", spoken(ada, "/help", language), Verdict.FAILED)

    assert [words_of(one) for one in ada.seen] == [SORRY[language]]


@pytest.mark.parametrize(
    ("text", "told"),
    [("/help", 1), ("/help@{username}", 1), ("/help@another_bot", 0), ("/theirs", 0), ("words to each other", 0)],
)
async def test_in_a_group_only_who_asked_the_bot_is_told(border: Border, text: str, told: int) -> None:
    async with border.publication.running():
        ada = border.guest()
        readers = ada.into(await border.publication.group(ada))
    before = len(readers.seen)

    text = text.format(username=border.desk.username)
    await border.gets("message", spoken(readers, text), Verdict.FAILED)

    assert [words_of(one) for one in readers.seen[before:]] == [SORRY["en"]] * told


async def test_an_inline_query_is_left_alone(border: Border) -> None:
    file = border.publication.database_file
    await border.desk.db.close()
    file.rename(file.with_name("away"))
    file.write_bytes(b"no database" * 1000)

    query = {"id": "1", "from": person(border.guest()), "query": "vae", "offset": ""}
    await border.gets("inline_query", query)

    assert not border.publication.world.calls.since(0, "answerInlineQuery")


class Stumbling(Database):
    """Its writes fail, but for the first `served` of them."""

    served = 0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        if self.served == 0:
            raise GONE
        self.served -= 1
        async with super().write() as connection:
            yield connection


@pytest.mark.parametrize("served", [0, 1])
async def test_an_answer_to_a_question_is_still_one_when_the_database_cuts_it_short(
    border: Border, served: int
) -> None:
    ada, now = border.guest(), border.publication.now
    await asking.ask(border.desk.db, ada.chat.id, ada.id, "keyword", {}, chat_kind="private", now=now)
    stumbling = Stumbling(border.desk.db.address)
    stumbling.served = served
    reception = Reception(dataclasses.replace(border.desk, db=stumbling), Routes())
    async with reception:
        with pytest.raises(NotNowError):
            await reception.handle({"update_id": 1, "message": spoken(ada, "attention")}, Verdict.ALLOW)
        stumbling.served = 100
        await reception.handle({"update_id": 1, "message": spoken(ada, "attention")}, Verdict.ALLOW)
    await stumbling.close()

    subscriber = await subscribing.at(border.desk.db, ada.chat.id)
    assert subscriber is not None
    assert [one.what.name for one in subscriber.subscriptions] == ["attention"]
    assert len(ada.seen) == 1
    assert await asking.pending(border.desk.db, ada.chat.id, ada.id, now=now) is None


class Counter:
    """Counts updates by what became of them."""

    def __init__(self) -> None:
        self.counted: list[str] = []

    def answered(self, kind: str, command: str, seconds: float) -> None:
        self.counted.append(command)

    def turned_away(self, kind: str) -> None:
        self.counted.append("turned away")


async def test_an_update_that_is_tried_again_counts_once() -> None:
    failures: list[Exception] = [NotNowError(), NotNowError()]
    counter = Counter()

    async def handle(update: RawUpdate, verdict: Verdict) -> None:
        if failures:
            raise failures.pop()

    handled = measured(handle, counter, ["help"])
    update: RawUpdate = {"update_id": 1, "message": {"text": "/help"}}
    for _ in range(2):
        with pytest.raises(NotNowError):
            await handled(update, Verdict.ALLOW)
    await handled(update, Verdict.ALLOW)

    assert counter.counted == ["help"]
