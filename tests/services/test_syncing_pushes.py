"""What may be pushed: posts that became visible, once, in one order, never a whole shelf by surprise."""

from typing import Any

from bot.services.shelf import publishing, syncing
from tests.services.conftest import Folder


async def _pushes(folder: Folder) -> dict[str, tuple[str, int | None]]:
    return {title: (row.push, row.visible_seq) for title, row in (await folder.rows()).items()}


async def _release(folder: Folder, *, send: bool) -> int:
    async with folder.database.write() as connection:
        return await publishing.release_pushes(connection, send=send)


async def test_the_first_load_of_a_folder_pushes_nothing(folder: Folder) -> None:
    folder.post("a.md", "A")
    folder.post("b.md", "B")

    await folder.sync()

    assert await _pushes(folder) == {"A": ("none", None), "B": ("none", None)}


async def test_a_new_post_may_be_pushed_and_an_edit_is_not_news(folder: Folder) -> None:
    folder.post("a.md", "A")
    await folder.sync()
    folder.post("b.md", "B")
    await folder.sync()
    assert await _pushes(folder) == {"A": ("none", None), "B": ("open", 1)}
    folder.post("b.md", "B", "Edited.")
    folder.post("a.md", "A", "Edited.")

    await folder.sync()

    assert await _pushes(folder) == {"A": ("none", None), "B": ("open", 1)}


async def test_posts_that_appear_together_are_ordered_by_date(folder: Folder) -> None:
    await folder.sync()
    folder.post("c.md", "C", date="2026-01-01")
    folder.post("a.md", "A", date="2026-01-03")
    folder.post("b.md", "B", date="2026-01-02")

    await folder.sync()

    assert await _pushes(folder) == {"C": ("open", 1), "B": ("open", 2), "A": ("open", 3)}


async def test_a_draft_is_news_when_it_is_published_and_only_then(folder: Folder) -> None:
    folder.post("a.md", "A", draft="true")
    await folder.sync()
    folder.post("a.md", "A")
    await folder.sync()
    assert await _pushes(folder) == {"A": ("open", 1)}
    folder.post("a.md", "A", draft="true")
    await folder.sync()
    folder.post("a.md", "A")

    await folder.sync()

    assert await _pushes(folder) == {"A": ("open", 1)}


async def test_a_scheduled_post_is_news_at_its_minute(folder: Folder) -> None:
    folder.post("a.md", "A", date="2026-01-12T09:00Z")
    await folder.sync()
    assert await _pushes(folder) == {"A": ("none", None)}
    folder.pass_time(days=2)

    await syncing.turn_due(folder.database, now=folder.now)

    assert await _pushes(folder) == {"A": ("open", 1)}


async def test_a_post_that_comes_back_is_not_news(folder: Folder) -> None:
    await folder.sync()
    folder.post("a.md", "A")
    folder.post("b.md", "B")
    await folder.sync()
    before = await _pushes(folder)
    folder.remove("a.md")
    await folder.sync()
    folder.post("a.md", "A")

    await folder.sync()

    assert await _pushes(folder) == before


async def test_a_renamed_post_is_not_news(folder: Folder) -> None:
    folder.post("a.md", "A")
    await folder.sync()
    folder.move("a.md", "b.md")

    await folder.sync()

    assert await _pushes(folder) == {"A": ("none", None)}


async def test_translations_are_one_piece_of_news(folder: Folder) -> None:
    await folder.sync()
    folder.post("lora.zh.md", "低秩适配", "训练两个小矩阵。")
    folder.post("lora.en.md", "Low rank")
    await folder.sync()
    assert await _pushes(folder) == {"低秩适配": ("open", 1), "Low rank": ("open", 1)}
    folder.post("lora.fr.md", "Rang faible")

    await folder.sync()

    assert (await _pushes(folder))["Rang faible"] == ("none", None)


async def test_more_posts_than_the_limit_wait_for_an_admin(folder: Folder) -> None:
    await folder.sync()
    for name in "abc":
        folder.post(f"{name}.md", name, date="2026-01-01")

    report = await folder.sync(push_hold=2)

    assert report.held_pushes == 3
    assert set((await _pushes(folder)).values()) == {("held", None)}
    folder.post("d.md", "d")
    await folder.sync(push_hold=2)
    assert await _release(folder, send=True) == 3
    pushes = await _pushes(folder)
    assert pushes["d"] == ("open", 1)
    assert sorted(seq for _, seq in pushes.values() if seq) == [1, 2, 3, 4]


async def test_an_admin_may_skip_what_is_held(folder: Folder) -> None:
    await folder.sync()
    for name in "abc":
        folder.post(f"{name}.md", name)
    await folder.sync(push_hold=2)

    assert await _release(folder, send=False) == 3

    assert set((await _pushes(folder)).values()) == {("none", None)}
    assert await _release(folder, send=True) == 0


class Recorder:
    """An index that remembers what it was told."""

    def __init__(self) -> None:
        self.posts: dict[int, Any] = {}

    async def index_post(self, _connection: object, *, post_id: int, fields: object, **_: object) -> None:
        self.posts[post_id] = fields

    async def drop_post(self, _connection: object, post_id: int) -> None:
        self.posts.pop(post_id, None)

    def titles(self) -> list[str]:
        return sorted(fields.title for fields in self.posts.values())


async def test_the_index_holds_what_readers_may_see_and_nothing_else(folder: Folder) -> None:
    index = Recorder()
    folder.options["indexer"] = index
    folder.post("a.md", "A")
    folder.post("b.md", "B")
    folder.post("draft.md", "Draft", draft="true")
    folder.post("later.md", "Later", date="2026-01-12T09:00Z")
    await folder.sync()
    assert index.titles() == ["A", "B"]
    folder.pass_time(days=2)
    folder.remove("a.md")

    await folder.sync()

    assert index.titles() == ["B", "Later"]
    folder.post("b.md", "B", draft="true")
    await folder.sync()
    assert index.titles() == ["Later"]


async def test_the_index_is_told_all_that_a_reader_could_remember(folder: Folder) -> None:
    index = Recorder()
    folder.options["indexer"] = index
    folder.post(
        "nlp/lora.md",
        "LoRA",
        "# Setting\n\nLow rank, $W + BA$.\n\n```python\nloss.backward()\n```",
        categories="[[Large Model, Tuning]]",
        tags="[memory]",
        aliases="[Low-rank adaptation of weights]",
        date="2026-01-12T09:00Z",
    )
    await folder.sync()
    folder.pass_time(days=2)
    await syncing.turn_due(folder.database, now=folder.now, indexer=index)
    [scheduled] = index.posts.values()
    folder.post(
        "nlp/lora.md",
        "LoRA",
        "# Setting\n\nLow rank, $W + BA$.\n\n```python\nloss.backward()\n```",
        categories="[[Large Model, Tuning]]",
        tags="[memory]",
        aliases="[Low-rank adaptation of weights]",
        date="2026-01-12T09:01Z",
    )

    await folder.sync()

    [fields] = index.posts.values()
    assert (fields.title, fields.headings, fields.file_name) == ("LoRA", ["Setting"], "lora.md")
    assert [tuple(path) for path in fields.categories] == [("Large Model", "Tuning")]
    assert ([tuple(tag) for tag in fields.tags], list(fields.other_names)) == (
        [("memory",)],
        ["Low-rank adaptation of weights"],
    )
    assert all(words in fields.body for words in ("Low rank", "W + BA", "loss.backward()"))
    assert scheduled == fields
