"""Two editors at once, crashes and undo: nobody's work is lost, and readers are told again only when asked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.content.problems import ContentError
from bot.content.writing import content_hash
from bot.services.authors.arriving import Arrived
from bot.services.authors.editing import Editing
from bot.services.authors.proving import Proof
from bot.services.authors.uploading import Uploading
from bot.services.shelf import syncing
from bot.services.shelf.folder import Source
from bot.storage.authors import changes
from bot.storage.engine import Database
from bot.storage.facts import count
from bot.storage.shelf import visibility

NOW = datetime(2026, 1, 11, 12, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
ADA, BOB = 1, 2


@dataclass
class House:
    """A folder, its shelf, and what admins work with."""

    db: Database
    root: Path
    now: datetime = NOW
    editing: Editing = field(init=False)
    uploading: Uploading = field(init=False)

    def __post_init__(self) -> None:
        source = Source(self.root, ZONE, "en")
        self.editing = Editing(self.db, self.root, ZONE, self.sync, lambda: self.now)
        self.uploading = Uploading(self.db, source, lambda: self.now)

    async def sync(self) -> object:
        return await syncing.sync(self.db, self.root, now=self.now, zone=ZONE, language="en")

    async def upload(self, admin: int, text: str, name: str = "a.md", **images: bytes) -> Proof:
        files = [Arrived("post", name, text.encode())]
        files += [Arrived("image", f"{image}.png", data) for image, data in images.items()]
        upload_id = await self.uploading.receive(admin, "en", files, alone=True)
        look = await self.uploading.look(upload_id, admin)
        assert look is not None
        await self.uploading.shown(look)
        return look.proofs[0]

    @property
    def files(self) -> Mapping[str, str]:
        return {path.relative_to(self.root).as_posix(): path.read_text() for path in self.root.rglob("*.md")}


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    root = tmp_path / "content"
    root.mkdir()
    return House(database, root)


def post(text: str) -> str:
    return f"---\ntitle: A\ndate: 2026-01-01\n---\n\n{text}\n"


async def test_of_two_admins_at_once_the_second_is_told(house: House) -> None:
    await house.sync()
    ours, theirs = await house.upload(ADA, post("ours")), await house.upload(BOB, post("theirs"))

    both = await asyncio.gather(house.editing.publish(ADA, [ours]), house.editing.publish(BOB, [theirs]))

    made = [done for done, _ in both if done]
    failed = [problem for _, problem in both if problem]
    assert len(made) == 1
    assert [problem.code for problem in failed] == ["file-changed"]
    assert house.files["posts/a.md"] in {post("ours"), post("theirs")}


async def test_an_undo_after_somebody_elses_edit_changes_nothing(house: House) -> None:
    await house.sync()
    [done], _ = await house.editing.publish(ADA, [await house.upload(ADA, post("ours"))])
    (house.root / "posts/a.md").write_text(post("edited by hand"))

    with pytest.raises(ContentError) as raised:
        await house.editing.undo(BOB, done.change.nonce)

    assert raised.value.problem.code == "file-changed"
    assert "edited by hand" in house.files["posts/a.md"]


async def test_an_undo_can_itself_be_undone(house: House) -> None:
    await house.sync()
    await house.editing.publish(ADA, [await house.upload(ADA, post("good"))])
    [replaced], _ = await house.editing.publish(BOB, [await house.upload(BOB, post("wrong"))])

    undone = await house.editing.undo(ADA, replaced.change.nonce)
    assert "good" in house.files["posts/a.md"]
    assert undone is not None
    await house.editing.undo(BOB, undone.change.nonce)

    assert "wrong" in house.files["posts/a.md"]
    assert await house.editing.undo(BOB, undone.change.nonce) is None


async def test_the_replaced_version_is_kept_before_the_file_is_touched(house: House, tmp_path: Path) -> None:
    await house.sync()
    await house.editing.publish(ADA, [await house.upload(ADA, post("good"))])
    proof = await house.upload(ADA, post("new"))
    (house.root / "posts").chmod(0o755)
    # A link in the place of the folder is what the writing refuses, after the change was written down.
    (house.root / "posts").rename(tmp_path / "moved")
    (house.root / "posts").symlink_to(tmp_path / "moved")

    made, failed = await house.editing.publish(ADA, [proof])

    assert made == []
    assert failed is not None
    assert "good" in (tmp_path / "moved/a.md").read_text()
    async with house.db.read() as connection:
        found, _ = await changes.latest(connection, size=5, skip=0)
    assert [one.action for one in found] == ["publish"]


async def test_an_image_of_the_post_is_replaced_and_kept_too(house: House) -> None:
    await house.sync()
    text = post("![x](x.png)")
    await house.editing.publish(ADA, [await house.upload(ADA, text, x=PNG + b"1")])
    [done], _ = await house.editing.publish(ADA, [await house.upload(ADA, text + "more\n", x=PNG + b"2")])

    assert (house.root / "posts/a/x.png").read_bytes() == PNG + b"2"
    async with house.db.read() as connection:
        found, _ = await changes.latest(connection, size=5, skip=0)
    image = next(one for one in found if one.action == "image" and one.before_hash)
    assert image.before_hash == content_hash(PNG + b"1")
    await house.editing.undo(ADA, image.nonce)
    assert (house.root / "posts/a/x.png").read_bytes() == PNG + b"1"
    assert done.change.action == "replace"


@pytest.mark.parametrize(("announce", "numbers"), [(False, 0), (True, 1)])
async def test_readers_are_told_again_only_when_the_admin_asks(house: House, announce: bool, numbers: int) -> None:
    (house.root / "posts").mkdir()
    (house.root / "posts/a.md").write_text(post("first"))
    await house.sync()
    proof = await house.upload(ADA, post("second"))

    await house.editing.publish(ADA, [proof], announce=announce)

    async with house.db.read() as connection:
        assert await count(connection, visibility.VISIBLE_SEQ) == numbers


async def test_identity_and_date_stay_when_a_post_without_a_date_is_replaced(house: House) -> None:
    await house.sync()
    [first], _ = await house.editing.publish(ADA, [await house.upload(ADA, "---\ntitle: A\n---\n\none\n")])
    house.now = datetime(2026, 2, 1, tzinfo=UTC)

    [second], _ = await house.editing.publish(ADA, [await house.upload(ADA, "---\ntitle: A two\n---\n\ntwo\n")])

    assert first.post is not None
    assert second.post is not None
    assert (second.post.id, second.post.key, second.post.date) == (first.post.id, first.post.key, first.post.date)
    assert second.post.first_published_at == NOW
    assert second.post.title == "A two"


async def test_a_translation_gets_its_own_file_beside_the_first(house: House) -> None:
    await house.sync()
    await house.editing.publish(ADA, [await house.upload(ADA, "---\ntitle: 甲\nslug: a\nlang: zh\n---\n\n正文\n")])
    proof = await house.upload(ADA, "---\ntitle: A\nslug: a\nlang: en\n---\n\ntext\n")
    [done], _ = await house.editing.publish(ADA, [proof])

    assert sorted(house.files) == ["posts/a.en.md", "posts/a.md"]
    assert done.post is not None
    assert done.post.language == "en"


PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x02\x08\x00\x00\x00\x00\x00\x00\x00\x00"
    b"\x00\x00\x00\x00IEND"
)
