"""After a restore nobody is sent again what fell due before it, and what falls due later still comes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.content.folder import FileEntry, Kind
from bot.domain.message import Text
from bot.domain.post import category_key
from bot.domain.restoration import Restoration
from bot.domain.standing import Push
from bot.domain.subscription import INSTANT, Followed, Subscriber
from bot.domain.subscription import Kind as Followable
from bot.services.delivery import broadcasting, subscribing
from bot.services.operators.restoring import Restored, back_up, restore, restored_in_place
from bot.services.ports import NotSent, Refused, Unknown
from bot.services.receiving import StoredInbox
from bot.services.shelf import resuming, syncing
from bot.services.shelf.folder_state import folder_state
from bot.services.shelf.sync_report import SyncReport
from bot.storage.address import StorageError, parse_address
from bot.storage.authors import uploads
from bot.storage.authors.upload_tables import uploads as upload_rows
from bot.storage.border import questions
from bot.storage.border.border_tables import inbox
from bot.storage.delivery import holders
from bot.storage.delivery.digest_tables import questions as question_rows
from bot.storage.engine import Database, open_database
from bot.storage.inspecting import found_revision
from bot.storage.migrate import known_revisions, migrate
from bot.storage.seat import Seat
from tests.services.newsstand import EVERYTHING, MORNING, Newsstand

ADA, BOB, CYD, DAN, EVE = 11, 12, 13, 14, 15
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SATURDAY = 0b0100000
NLP = Followed(Followable.CATEGORY, category_key("nlp"), "NLP")
TRANSFORMER = Followed(Followable.KEYWORD, "transformer", "transformer")


class Machine:
    """A database file that bots open one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'live.db'}"
        self.copy = folder / "copy.db"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Newsstand]:
        db = await open_database(self.url)
        yield Newsstand(db, published=self.copy.exists() * 100)
        await db.close()

    async def back_up(self) -> None:
        await back_up(self.url, self.copy)

    async def restore(self, *, after: timedelta = 2 * HOUR, **options: bool) -> Restored:
        return await restore(self.url, self.copy, now=MORNING + after, **options)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


class Publication(Newsstand):
    """A database as a copy left it, and a content folder that went on."""

    root: Path

    async def follows(
        self, chat_id: int, hour: float = 9, *, what: Followed = EVERYTHING, days: int | None = None
    ) -> Subscriber:
        """At this hour of all days, or of these."""
        reader = await self.follow(chat_id, what)
        one = next(one for one in reader.subscriptions if one.what == what)
        changed = await subscribing.choose_time(
            self.db, reader.id, only=one.id, days=days, minute=int(hour * 60), zone="UTC", now=self.now
        )
        assert changed is not None
        return changed

    def write(self, slug: str, *, at: datetime, language: str = "en") -> None:
        """A file whose post readers have from then on."""
        text = f"---\ntitle: {slug}\nslug: {slug}\nlang: {language}\ncategories: [NLP]\ndate: {at.isoformat()}\n---\n"
        (self.root / f"{slug}.{language}.md").write_text(f"{text}\nWords.\n")

    async def sync(self) -> SyncReport:
        return await syncing.sync(self.db, self.root, now=self.now, zone=ZoneInfo("UTC"), language="en")

    async def put_back(self, **options: bool) -> Restored:
        """It is `now`, and the database becomes what it was when it was last touched."""
        url = self.db.address.url.render_as_string(hide_password=False)
        return await restored_in_place(url, now=self.now, **options)

    async def next_day(self) -> list[list[list[str]]]:
        """The digests of each reader in the 24 hours to come."""
        courier = self.courier()
        for _ in range(6):
            await self.turn(courier, 4 * HOUR)
        return [self.telegram.digests(chat_id) for chat_id in (ADA, BOB, CYD, DAN, EVE)]


@pytest.fixture
async def paper(database: Database, tmp_path: Path) -> Publication:
    made = Publication(database)
    made.root = tmp_path / "content"
    made.root.mkdir()
    made.write("old", at=MORNING - 30 * DAY)
    await made.sync()
    return made


async def test_a_digest_sent_after_the_backup_is_not_sent_again(machine: Machine) -> None:
    async with machine.running() as stand:
        await stand.follow(ADA)
        await stand.follow(BOB, days=SATURDAY)
        await stand.publish("news")
        await machine.back_up()
        await stand.turn(stand.courier(), HOUR)
        assert stand.telegram.digests(ADA) == [["news"]]

    assert (await machine.restore()).digests == 1

    async with machine.running() as stand:
        courier = stand.courier()
        await stand.turn(courier, 2 * HOUR)
        assert stand.telegram.tried == []
        await stand.turn(courier, DAY)
        assert (stand.telegram.digests(ADA), stand.telegram.digests(BOB)) == ([], [["news"]])
        await stand.publish("later")
        await stand.turn(courier, DAY)
        assert stand.telegram.digests(ADA) == [["later"]]


async def test_to_catch_up_sends_what_fell_due(machine: Machine) -> None:
    async with machine.running() as stand:
        await stand.follow(ADA)
        await stand.publish("news")
        await machine.back_up()

    assert (await machine.restore(catch_up=True)).digests == 0

    async with machine.running() as stand:
        await stand.turn(stand.courier(), 2 * HOUR)
        assert stand.telegram.digests(ADA) == [["news"]]


async def test_what_came_after_the_copy_is_in_each_readers_next_digest_unless_it_was_in_the_last(
    paper: Publication,
) -> None:
    await paper.follows(ADA, 9)
    await paper.follows(BOB, 9.5)
    await paper.follows(CYD, days=INSTANT)
    await paper.follows(DAN, 21)
    await paper.follows(EVE, 9, days=SATURDAY)
    paper.write("news", at=MORNING + 1.25 * HOUR)
    paper.now = MORNING + 2 * HOUR

    await paper.put_back()
    assert (await paper.sync()).added == ("news.en.md",)
    await paper.sync()

    # Ada's digest of nine came too early for it, Bob had it at half past nine, Cyd at its minute.
    assert await paper.next_day() == [[["news"]], [], [], [["news"]], [["news"]]]
    paper.write("later", at=paper.now)
    await paper.sync()
    assert [digests[-1] for digests in await paper.next_day()] == [["later"]] * 4 + [["news"]]


async def test_a_post_that_the_clock_published_since_comes_once(paper: Publication) -> None:
    await paper.follows(ADA, 9)
    await paper.follows(BOB, 9.5)
    await paper.follows(CYD, days=INSTANT)
    paper.write("scheduled", at=MORNING + 1.25 * HOUR)
    await paper.sync()
    paper.now = MORNING + 2 * HOUR

    await paper.put_back()
    # The clock is asked more often than the folder.
    await syncing.turn_due(paper.db, now=paper.now)
    await paper.sync()

    assert (await paper.next_day())[:3] == [[["scheduled"]], [], []]


async def test_a_post_that_the_clock_publishes_after_the_restore_is_news_to_all(paper: Publication) -> None:
    await paper.follows(ADA, 9)
    await paper.follows(CYD, days=INSTANT)
    paper.write("scheduled", at=MORNING + 2.1 * HOUR)
    await paper.sync()
    paper.now = MORNING + 2 * HOUR

    await paper.put_back()
    paper.now += HOUR
    await syncing.turn_due(paper.db, now=paper.now)
    await paper.sync()

    assert (await paper.next_day())[:3] == [[["scheduled"]], [], [["scheduled"]]]


async def test_a_file_tells_when_its_post_came_though_its_date_is_older(paper: Publication) -> None:
    await paper.follows(ADA, 9)
    await paper.follows(BOB, 9.5)
    await paper.follows(CYD, days=INSTANT)
    await paper.publish("news", push=Push.PENDING)
    restored = Restoration(MORNING + 2 * HOUR, MORNING)

    async with paper.db.write() as connection:
        entries = {"old.md": entry("old.md", MORNING - DAY), "news.md": entry("news.md", MORNING + 1.25 * HOUR)}
        await resuming.settle_pushes(connection, restored, entries, hold=10)
    paper.now = MORNING + 2 * HOUR

    assert (await paper.next_day())[:3] == [[["news"]], [], []]


def entry(path: str, came: datetime) -> FileEntry:
    return FileEntry(path, (1, 0, int(came.timestamp()) * 10**9, 1), Kind.POST)


async def test_who_follows_at_two_times_is_told_of_each_post_once(paper: Publication) -> None:
    await paper.follows(ADA, 9, what=NLP)
    await paper.follows(ADA, 9, days=SATURDAY)
    await paper.publish("copied")
    paper.write("since", at=MORNING + 0.5 * HOUR)
    paper.write("after", at=MORNING + 1.5 * HOUR)
    paper.now = MORNING + 2 * HOUR

    assert (await paper.put_back()).digests == 1
    await paper.sync()

    # The first two were in the digest of this morning.
    assert (await paper.next_day())[0] == [["after"]]
    assert (await paper.next_day())[0] == [["after"]]


async def test_a_translation_that_came_since_brings_no_post_again(paper: Publication) -> None:
    await paper.follows(ADA, 9)
    paper.write("post", at=MORNING + 0.5 * HOUR)
    paper.write("post", at=MORNING + 1.5 * HOUR, language="zh")
    paper.write("old", at=MORNING + 1.5 * HOUR, language="zh")
    paper.now = MORNING + 2 * HOUR

    await paper.put_back()
    await paper.sync()

    assert (await paper.next_day())[0] == []


async def test_a_copy_that_is_weeks_old_brings_what_came_since_the_last_digest(paper: Publication) -> None:
    await paper.follows(ADA, 9)
    await paper.follows(CYD, days=INSTANT)
    await paper.follows(EVE, 9, days=SATURDAY)
    for week in range(6):
        paper.write(f"of week {week}", at=MORNING + 7 * week * DAY + 5 * HOUR)
    for number in range(20):
        paper.write(f"brought {number}", at=MORNING - number * 7 * DAY)
    # A Saturday afternoon.
    paper.now = MORNING + 36 * DAY + 8 * HOUR
    paper.write("of today", at=paper.now - HOUR)

    await paper.put_back()
    await paper.sync()

    ada, _, cyd, _, eve = await paper.next_day()
    assert (ada, cyd, eve) == ([["of today"]], [], [])
    for _ in range(6):
        eve = (await paper.next_day())[4]
    assert eve == [["of today"]]


async def test_what_a_chat_that_cannot_be_reached_missed_comes_when_it_can(paper: Publication) -> None:
    await paper.follows(ADA, 9)
    await paper.follows(CYD, days=INSTANT)
    await paper.publish("copied")
    for chat_id in (ADA, CYD):
        await subscribing.pause(paper.db, chat_id, "the bot was blocked")
    paper.write("since", at=MORNING + 0.5 * HOUR)
    paper.now = MORNING + 2 * HOUR

    assert (await paper.put_back()).digests == 0
    await paper.sync()
    for chat_id in (ADA, CYD):
        await subscribing.resume(paper.db, chat_id, now=paper.now)

    ada, _, cyd, *_ = await paper.next_day()
    assert (ada, cyd) == ([["since", "copied"]], [["copied"], ["since"]])


async def test_who_began_to_follow_before_the_copy_gets_the_first_digest_at_its_hour(paper: Publication) -> None:
    await paper.follows(ADA, 9)
    paper.now = MORNING + 1.5 * HOUR
    # The hour is Ada's too, and was due; Bob's first digest is tomorrow's.
    await paper.follows(BOB, 9)
    paper.write("since", at=MORNING + 1.75 * HOUR)
    paper.now = MORNING + 2 * HOUR

    await paper.put_back()
    await paper.sync()

    assert (await paper.next_day())[:2] == [[["since"]], [["since"]]]


async def test_who_had_a_digest_and_chose_another_hour_of_that_day_is_not_taken_for_served(paper: Publication) -> None:
    paper.now -= HOUR
    for chat_id in (ADA, BOB):
        await paper.follows(chat_id, 9.5)
    reader = await paper.follows(BOB, 8)
    also = await paper.follows(CYD, 8)
    await paper.follows(CYD, 8, what=NLP)
    await paper.publish("early")
    await paper.turn(paper.courier(), HOUR)
    for one in (reader, also):
        await subscribing.choose_time(
            paper.db, one.id, only=one.subscriptions[0].id, minute=570, zone="UTC", now=paper.now
        )
    await paper.publish("copied")
    paper.write("since", at=MORNING + 1.25 * HOUR)
    paper.now = MORNING + 2 * HOUR

    assert (await paper.put_back()).digests == 1
    await paper.sync()

    # Ada's half past nine was due; theirs is tomorrow's.
    assert (await paper.next_day())[:3] == [[], [["early"], ["since", "copied"]], [["early"], ["since", "copied"]]]


async def test_what_failed_before_the_copy_went_with_the_next_digest_or_will(paper: Publication) -> None:
    friday = 0b0010000
    await paper.follows(ADA, 9, days=friday)
    await paper.follows(ADA, 9.5, what=NLP)
    await paper.follows(BOB, 9, days=friday)
    await paper.follows(BOB, 21, what=NLP)
    await paper.publish("failed", category="CV")
    courier = paper.courier()
    paper.telegram.of_chat = {ADA: Refused("no"), BOB: Refused("no")}
    await paper.turn(courier, 1.1 * HOUR)
    assert await paper.states() == ["failed", "failed"]
    paper.telegram.of_chat.clear()
    paper.write("since", at=MORNING + 1.25 * HOUR)
    paper.now = MORNING + 2 * HOUR

    await paper.put_back()
    await paper.sync()

    assert (await paper.next_day())[:2] == [[], [["since", "failed"]]]


async def test_a_digest_of_the_copys_own_last_moment_held_nothing_that_came_since(paper: Publication) -> None:
    await paper.follows(ADA, 9)
    await paper.turn(paper.courier(), HOUR)
    paper.write("backdated", at=MORNING - DAY)
    paper.now = MORNING + 2 * HOUR

    await paper.put_back()
    await paper.sync()

    assert (await paper.next_day())[0] == [["backdated"]]


async def test_old_posts_that_were_brought_together_are_news_to_nobody(paper: Publication) -> None:
    await paper.follows(DAN, 21)
    for number in range(syncing.PUSH_HOLD + 1):
        paper.write(f"brought {number}", at=MORNING - number * DAY)
    paper.write("news", at=MORNING + HOUR)
    paper.now = MORNING + 2 * HOUR

    await paper.put_back()
    await paper.sync()

    assert (await paper.next_day())[3] == [["news"]]


async def test_digests_that_were_due_are_counted_as_they_would_have_gone(paper: Publication) -> None:
    for chat_id in range(100, 110):
        await paper.follows(chat_id, 9)
    await paper.follows(ADA, 21)
    await paper.follows(BOB, 9, what=TRANSFORMER)
    await paper.follows(CYD, days=INSTANT)
    dan = await paper.follows(DAN, 9, what=TRANSFORMER)
    await subscribing.tell_nothing(paper.db, dan.id, even_if_nothing=True)
    await paper.publish("news")
    paper.now = MORNING + 2 * HOUR

    # Ten, Cyd, and Dan who wants to be told that there is nothing.
    assert (await paper.put_back()).digests == 12
    assert (await paper.put_back()).digests == 0
    assert await paper.states() == []


async def test_a_reader_whose_digest_counts_as_sent_gets_no_other_on_that_day(paper: Publication) -> None:
    reader = await paper.follows(ADA, 9)
    await paper.publish("copied")
    paper.now = MORNING + 2 * HOUR

    await paper.put_back()
    changed = await subscribing.choose_time(paper.db, reader.id, minute=20 * 60, zone="UTC", now=paper.now)

    assert changed is not None
    assert changed.last_digest_at == MORNING + HOUR
    assert changed.next_at == MORNING + DAY + 12 * HOUR


async def test_digests_on_their_way_at_the_backup_go_nowhere_again(paper: Publication) -> None:
    for chat_id in (ADA, BOB, CYD):
        await paper.follows(chat_id, 9)
    await paper.publish("news")
    courier = paper.courier()
    paper.telegram.of_chat = {BOB: Unknown("the connection broke"), CYD: NotSent("no network")}
    await paper.turn(courier, HOUR)
    assert await paper.states() == ["sent", "uncertain", "retry"]
    paper.telegram.of_chat.clear()
    paper.now += 5 * MINUTE

    # Long before anybody is due again.
    assert (await paper.put_back()).digests == 2

    assert await paper.states() == ["sent", "dropped", "dropped"]
    assert (await paper.next_day())[:3] == [[["news"]], [], []]


async def test_a_text_that_was_on_its_way_goes_out_again_only_to_catch_up(paper: Publication) -> None:
    await paper.follows(ADA)
    await paper.follows(BOB)
    for words in ("one", "two"):
        draft = await broadcasting.begin(paper.db, 1, Text(words), language="en", now=paper.now)
        assert draft is not None
        await broadcasting.send(paper.db, 1, draft, now=paper.now)
        if words == "one":
            assert (await paper.put_back()).texts == 2
    paper.now += MINUTE

    await paper.put_back(catch_up=True)
    await paper.turn(paper.courier())

    assert [one.view.text.text for one in paper.telegram.arrived] == ["two", "two"]
    # Of the first its admin has heard.
    assert [one.words for one in await broadcasting.results(paper.db, now=paper.now)] == ["two"]


@pytest.mark.parametrize("catch_up", [False, True])
async def test_what_people_were_in_the_middle_of_is_over(paper: Publication, catch_up: bool) -> None:
    await paper.follows(ADA)
    kept = StoredInbox(paper.db, 7, lambda: MORNING)
    await kept.keep([{"update_id": 5, "message": {"text": "/latest"}}])
    async with paper.db.write() as connection:
        await questions.ask(connection, ADA, ADA, "word", {}, expires_at=MORNING + DAY)
        await uploads.create(connection, "0123", ADA, "en", now=MORNING)
        await uploads.put_file(connection, "0123", "post", "a.md", b"# A")
        await uploads.keep_album(connection, ADA, "album", "0123")

    await paper.put_back(catch_up=catch_up)

    async with paper.db.read() as connection:
        for table in (inbox, question_rows, upload_rows):
            assert (await connection.execute(select(func.count()).select_from(table))).scalar_one() == 0


async def test_a_copy_that_was_restored_and_never_started_is_restored_as_the_first(paper: Publication) -> None:
    await paper.follows(ADA, 9)
    await paper.follows(DAN, 21)
    paper.write("news", at=MORNING + 0.5 * HOUR)
    paper.now = MORNING + 2 * HOUR
    await paper.put_back()
    paper.now += HOUR
    paper.write("more", at=paper.now - MINUTE)
    await paper.put_back()

    await paper.sync()

    ada, _, _, dan, _ = await paper.next_day()
    assert (ada, dan) == ([["more"]], [["more", "news"]])


async def test_to_catch_up_tells_everybody_of_what_came_since(paper: Publication) -> None:
    await paper.follows(ADA, 9)
    await paper.follows(CYD, days=INSTANT)
    paper.write("news", at=MORNING + 0.5 * HOUR)
    paper.now = MORNING + 2 * HOUR
    await paper.put_back()
    await paper.put_back(catch_up=True)

    await paper.sync()

    ada, _, cyd, *_ = await paper.next_day()
    assert (ada, cyd) == ([["news"]], [["news"]])


async def test_a_copy_of_before_the_first_look_at_the_folder_pushes_nothing(database: Database, tmp_path: Path) -> None:
    empty = Publication(database)
    empty.root = tmp_path
    await empty.follows(DAN, 21)
    empty.write("first", at=MORNING + 0.5 * HOUR)
    empty.now = MORNING + 2 * HOUR

    await empty.put_back()
    await empty.sync()

    assert (await empty.next_day())[3] == []
    assert (await folder_state(database)).loaded


async def test_nothing_that_was_not_put_back_counts_as_restored(blank_url: str) -> None:
    with pytest.raises(StorageError, match="put a copy back first"):
        await restored_in_place(blank_url, now=datetime.now(UTC))


@pytest.mark.postgres
async def test_what_replicas_use_does_not_count_as_restored_and_keeps_its_tables(postgres_url: str) -> None:
    address, older = parse_address(postgres_url), known_revisions()[-2]
    migrate(address, older)
    seat = Seat(address, holders.seat_of("somebody"))
    await seat.take()

    with pytest.raises(StorageError, match="is in use: stop the bot, every replica of it"):
        await restored_in_place(postgres_url, now=MORNING)

    assert found_revision(address) == older
    await seat.leave()
