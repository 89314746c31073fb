"""Searching: what readers get for what they type, on both databases."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.message import Text
from bot.services.search import recalling, searching
from bot.services.search.explaining import Where
from bot.services.search.searching import SearchView
from bot.services.shelf import indexing, reindexing
from bot.storage import facts
from bot.storage.border import chats
from bot.storage.engine import Database
from bot.storage.index import search, searches
from tests.services.conftest import NOON, Folder

HOSTILE = [
    '"', 'a"b', "AND", "a AND", "NEAR(", "*", "a*", "-x", "title:foo", "nocol:foo", "C++", "c#", "it's", "^a", "(",
    "a OR",
    "{title}: x", "a\x00b", "3.5", "🔥", "", "   ", "...", "a/b", "\\alpha", "$x^2$", "@user", "#tag", "\ud800abc", "%",
    "_",
    "\\", "'; drop table posts;--", "的", "a", "1", "。", "👩\u200d👩\u200d👧", "\u202eabc", "\u200b", "か",
    "한국어", "ﬁne", "②",
    "x²", "Ⅷ", "\t\n", "a:*", "!", "&", "|", "<->", "a & | b", ":*", "模型" * 2000, "word " * 5000, "x" * 5000,
    "a b c d e " * 500, "category:", "after:9999999", "tag:\"", "before:0001",
]  # fmt: skip


@pytest.fixture
async def shelf(folder: Folder) -> Folder:
    """A few posts of our own, indexed as they are loaded."""
    folder.options["indexer"] = indexing
    folder.post(
        "flash.md", "FlashAttention, block by block",
        "FlashAttention 用在线 Softmax 的思想分块计算。\n\n## Tiling\n\nSlow words.",
        categories="Large Model", tags="[memory, attention]", date="2026-01-10",
    )  # fmt: skip
    folder.post(
        "lora.md", "LoRA：低秩适配", "冻结权重，训练 $W + BA$ 的低秩部分。", categories="Large Model", tags="[tuning]",
        date="2026-01-09", aliases="[low rank adapters]",
    )  # fmt: skip
    folder.post(
        "trees.md",
        "线段树",
        "单点修改，区间查询。\n\n```cpp\nint query_range(int l)\n```",
        categories="Algorithm",
        date="2025-05-01",
    )
    folder.post(
        "attention.zh.md",
        "注意力机制",
        "注意力是加权平均。推导缩放点积。",
        slug="attention",
        categories="NLP",
        date="2025-08-01",
    )
    folder.post(
        "attention.en.md",
        "Attention",
        "Attention is a weighted average.",
        slug="attention",
        categories="NLP",
        date="2025-08-01",
    )
    folder.post("secret.md", "Secret draft", "Nobody may see the zebra.", draft="true")
    await folder.sync()
    return folder


async def find(shelf: Folder, text: str, language: str = "en", **options: object) -> SearchView:
    return await searching.search(shelf.database, text, language=language, **options)  # type: ignore[arg-type]


async def titles(shelf: Folder, text: str, language: str = "en", **options: object) -> list[str]:
    return [result.card.title for result in (await find(shelf, text, language, **options)).results]


def bold(text: Text) -> list[str]:
    units = text.text.encode("utf-16-le")
    return [units[one.offset * 2 : (one.offset + one.length) * 2].decode("utf-16-le") for one in text.entities]


async def test_the_right_post_comes_first(shelf: Folder) -> None:
    wanted = {
        "flash attention": "FlashAttention, block by block",
        "分块计算": "FlashAttention, block by block",
        "tiling": "FlashAttention, block by block",
        "lora": "LoRA：低秩适配",
        "低秩適配": "LoRA：低秩适配",
        "low rank": "LoRA：低秩适配",
        "W + BA": "LoRA：低秩适配",
        "tuning": "LoRA：低秩适配",
        "query_range": "线段树",
        "什么是线段树": "线段树",
        "段": "线段树",
        "trees.md": "线段树",
    }

    assert {typed: (await titles(shelf, typed))[0] for typed in wanted} == wanted


async def test_a_result_shows_why_it_matched(shelf: Folder) -> None:
    (result, *_) = (await find(shelf, "softmax 分块")).results

    assert bold(result.snippet) == ["Softmax", "分块"]
    assert (result.card.category, f"{result.card.date:%Y-%m-%d}") == ("Large Model", "2026-01-09")


async def test_a_summary_is_found_and_shown(shelf: Folder) -> None:
    shelf.post("sums.md", "Sums", "Slow words.", summary="Exact to the last *rounding error*.", date="2025-02-01")
    await shelf.sync()
    for _ in "written", "indexed anew":
        (result,) = (await find(shelf, '"rounding error"')).results
        assert (result.path, result.snippet.text) == ("sums.md", "Exact to the last rounding error. Slow words.")
        assert bold(result.snippet) == ["rounding", "error"]
        await reindexing.reindex(shelf.database)


@pytest.mark.parametrize("summary", ["", "Zebras graze"])
async def test_an_excerpt_of_the_text_counts_once(shelf: Folder, summary: str) -> None:
    shelf.post("zebras.md", "Stripes", "Zebras graze.\n\nThen $a_1$ sleeps.", summary=summary)
    await shelf.sync()

    (result,) = (await find(shelf, "graze")).results

    async with shelf.database.read() as conn:
        indexed = await search.tokens_of(conn, result.post_id)
    assert (result.path, indexed and indexed.body.partition("~")[0].count(" graze ")) == ("zebras.md", 1)
    assert result.snippet.text == "Zebras graze. Then a₁ sleeps."


async def test_a_post_that_the_query_names_is_shown_by_its_summary(shelf: Folder) -> None:
    body = "Slow words.\n\nStriped zebras sleep, and zebras do graze."
    shelf.post("zebras.md", "Striped zebras", body, summary="What they do all day. Zebras, too.", date="2025-02-01")
    await shelf.sync()

    (named,), (wider,) = (await find(shelf, "zebras striped")).results, (await find(shelf, "zebras graze")).results

    assert (named.snippet.text, bold(named.snippet)) == ("What they do all day. Zebras, too.", ["Zebras"])
    assert (wider.snippet.text.endswith("and zebras do graze."), bold(wider.snippet)[-1]) == (True, "graze")


async def test_the_query_is_repeated_as_it_was_typed(shelf: Folder) -> None:
    assert (await find(shelf, "  低秩適配  category：NLP  ")).query == "低秩適配"


async def test_a_slip_is_corrected_and_the_exact_search_is_one_tap_away(shelf: Folder) -> None:
    corrected = await find(shelf, "softmx")
    exact = await find(shelf, "softmx", exact=True)

    assert corrected.corrected == "softmax"
    assert [result.card.title for result in corrected.results] == ["FlashAttention, block by block"]
    assert (exact.results, exact.corrected) == ((), None)


async def test_a_query_that_no_post_has_whole_finds_those_with_most_of_it(shelf: Folder) -> None:
    view = await find(shelf, "区间查询与注意力宇宙飞船")

    assert view.is_partial
    assert "线段树" in [result.card.title for result in view.results]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("注意力函数", "注意力机制"),
        ("线段森林", "线段树"),
        ("推导过程", "注意力机制"),
        ("低秩分解方法", "LoRA：低秩适配"),
    ],
)
async def test_a_short_chinese_phrase_that_stands_nowhere_finds_posts_with_its_words(
    shelf: Folder, typed: str, title: str
) -> None:
    view = await find(shelf, typed, "zh")

    assert view.is_partial
    assert view.corrected is None
    assert view.results[0].card.title == title


async def test_a_post_with_far_less_of_a_phrase_than_the_best_is_no_answer_to_it(shelf: Folder) -> None:
    shelf.post("much.md", "甲", "反向传播与梯度都在这里。")
    shelf.post("little.md", "乙", "梯度在这里。")
    await shelf.sync()

    assert await titles(shelf, "反向传播的梯度公式", "zh") == ["甲"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("注意里机制", "注意力机制"), ("线断树", "线段树"), ("区间查寻", "区间查询"), ("低秩式配", "低秩适配")],
)
async def test_a_chinese_character_that_sounds_like_the_right_one_is_corrected(
    shelf: Folder, typed: str, meant: str
) -> None:
    corrected = await find(shelf, typed, "zh")
    exact = await find(shelf, typed, "zh", exact=True)

    assert corrected.corrected == meant
    assert not corrected.is_partial
    assert [result.card.title for result in corrected.results] == await titles(shelf, meant, "zh")
    assert (exact.results, exact.corrected) == ((), None)


async def test_two_characters_are_corrected_to_what_posts_are_called_alone(shelf: Folder) -> None:
    shelf.post("pairs.md", "困惑", "数为三。")
    await shelf.sync()

    assert (await find(shelf, "困或", "zh")).corrected == "困惑"
    assert (await find(shelf, "数位", "zh")).corrected is None


async def test_of_two_runs_the_one_that_stands_nowhere_is_corrected(shelf: Folder) -> None:
    assert (await find(shelf, "单点修改 区间查寻", "zh")).corrected == "单点修改 区间查询"


async def test_a_phrase_that_stands_somewhere_is_not_corrected(shelf: Folder) -> None:
    shelf.post("real.md", "事由", "线断树枝。")
    await shelf.sync()

    assert (await find(shelf, "线断树", "zh")).corrected is None


async def test_words_of_one_family_are_found_after_the_word_itself(shelf: Folder) -> None:
    shelf.post("q.md", "Quantisation", "Eight bits.", date="2026-01-05")
    shelf.post("z.md", "Bits", "How to quantize well.", date="2025-02-01")
    await shelf.sync()
    view = await find(shelf, "quantize")

    assert [result.card.title for result in view.results] == ["Bits", "Quantisation"]
    assert (view.corrected, view.is_partial) == (None, False)
    assert bold(view.results[1].title) == ["Quantisation"]
    assert await titles(shelf, "quantizing eight bits") == ["Quantisation"]
    assert await titles(shelf, "quantizing", exact=True) == []


async def test_a_formula_finds_the_posts_that_hold_it_together(shelf: Folder) -> None:
    shelf.post("bayes.md", "Bayes", "The evidence $p(x \\mid z)$ is integrated.")
    shelf.post("letters.md", "Letters", "An x, a p; and a z, far from each other.")
    await shelf.sync()

    together, apart = await find(shelf, "p(x|z)"), await find(shelf, "z^p")

    assert ([result.card.title for result in together.results], together.is_partial) == (["Bayes"], False)
    assert apart.is_partial


async def test_a_dot_before_a_word_is_part_of_it_where_any_post_has_it(shelf: Folder) -> None:
    shelf.post("dotnet.md", "Garbage in .NET", "Three generations.", date="2025-02-01")
    shelf.post("unet.md", "U-Net and ShuffleNet", "Skip connections.", date="2025-03-01")
    await shelf.sync()

    view, undotted = await find(shelf, ".net"), await find(shelf, ".shufflenet")

    assert ([result.card.title for result in view.results], bold(view.results[0].title)) == (
        ["Garbage in .NET"],
        [".NET"],
    )
    assert set(await titles(shelf, "net")) == {"Garbage in .NET", "U-Net and ShuffleNet"}
    assert (undotted.corrected, undotted.results[0].card.title) == ("shufflenet", "U-Net and ShuffleNet")


async def test_two_words_that_the_reader_joined_are_marked(shelf: Folder) -> None:
    shelf.post("cache.md", "The KV cache, in numbers", "Twice `kvcache` in code.", date="2025-02-01")
    shelf.post("size.md", "The KV cache again", "A `kv_cache` of bytes.", date="2025-01-01")
    await shelf.sync()

    view = await find(shelf, "kvcache")

    assert [bold(result.title) for result in view.results] == [["KV cache"], ["KV cache"]]


async def test_signs_copied_from_a_post_find_what_its_author_wrote(shelf: Folder) -> None:
    shelf.post("policy.md", "Policies", "The gradient $\\nabla_\\theta J$ points uphill.", date="2025-02-01")
    shelf.post("beta.md", "β-VAE", "Ends in a sum.", date="2025-03-01")
    await shelf.sync()

    view = await find(shelf, "∇_θ J")
    named = await find(shelf, "\\nabla_\\theta")

    assert [result.card.title for result in view.results] == ["Policies"]
    assert bold(view.results[0].snippet) == ["∇", "θ", "J"]
    assert bold(named.results[0].snippet) == ["∇", "θ"]
    assert await titles(shelf, "beta-vae") == await titles(shelf, "β-VAE") == ["β-VAE"]
    assert await titles(shelf, "∑") == ["β-VAE"]


async def test_a_title_with_a_word_too_many_is_found(shelf: Folder) -> None:
    shelf.post("long.md", "A long list", "Tiling, memory, pdf, block; and flashattention in it, by the way.")
    await shelf.sync()

    assert (await titles(shelf, "flashattention block by block pdf"))[0] == "FlashAttention, block by block"


async def test_little_words_do_not_outweigh_a_rare_one(shelf: Folder) -> None:
    shelf.post("little.md", "The one", "It is to be as it was: this and that, by the one or the other.")
    shelf.post("rare.md", "Notes", "A zyzzyva is a beetle.")
    await shelf.sync()

    assert (await titles(shelf, "was this the zyzzyva by that"))[0] == "Notes"


async def test_nothing_found_offers_the_nearest_words(shelf: Folder) -> None:
    view = await find(shelf, "attxxtion", exact=True)

    assert (view.results, view.total, view.pages) == ((), 0, 1)
    assert view.advice.nearest == ("attention",)


async def test_only_words_that_name_posts_are_offered(shelf: Folder) -> None:
    shelf.post("code.md", "Sums", "```python\neinsqm = esum(dhsum)\n```\n\n## Minimum\n")
    await shelf.sync()

    assert (await find(shelf, "einsum", exact=True)).advice.nearest == ()
    assert (await find(shelf, "minimmu", exact=True)).advice.nearest == ("minimum",)


async def test_a_filter_that_leaves_nothing_is_no_typing_error(shelf: Folder) -> None:
    view = await find(shelf, "lora category:NLP")

    assert (view.results, view.corrected) == ((), None)
    assert (view.advice.outside, view.advice.nearest, view.advice.unknown) == (1, (), ())


async def test_words_that_a_filter_hides_are_not_corrected(shelf: Folder) -> None:
    shelf.post("sound.md", "线断书", "线断书", categories="NLP")
    await shelf.sync()

    assert (await find(shelf, "线段树 category:NLP", "zh")).corrected is None


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("lora category:Larg", 'lora category:"Large Model"'),
        ("category:NPL", "category:NLP"),
        ("tag:memroy", "tag:memory"),
    ],
)
async def test_a_name_like_that_of_a_filter_is_offered(shelf: Folder, typed: str, offered: str) -> None:
    view = await find(shelf, typed)

    assert [one.value for one in view.advice.unknown] == [typed.partition(":")[2]]
    assert view.advice.nearest == (offered,)
    assert (await find(shelf, offered)).results


async def test_a_filter_like_no_name_is_called_unknown(shelf: Folder) -> None:
    advice = (await find(shelf, "lora tag:zzzzzz")).advice

    assert ([one.kind for one in advice.unknown], advice.nearest, advice.outside) == (["tag"], (), 1)


async def test_a_count_is_the_least_there_are_when_not_all_were_looked_at(shelf: Folder) -> None:
    for number in range(62):
        together = "The evidence $p(x | z)$." if number in {3, 61} else "An x, a lone p; and a far off z."
        shelf.post(f"many-{number}.md", f"Evidence {number}", f"Plenty of crowds. {together}", date="2025-02-01")
    await shelf.sync()

    crowd, formula = await find(shelf, "plenty crowds"), await find(shelf, "p(x|z)")
    hidden = (await find(shelf, "plenty crowds before:2020")).advice

    assert (crowd.total, crowd.is_capped) == (60, True)
    assert (formula.total, formula.is_capped, formula.pages) == (2, True, 1)
    assert (hidden.outside, hidden.is_outside_capped) == (60, True)


@pytest.mark.parametrize("typed", ["01背包", "01 背包", "0-1背包", "0-1 背包", "0/1 背包"])
async def test_digits_with_a_zero_before_them_are_found_joined_and_apart(shelf: Folder, typed: str) -> None:
    for name, title in {"apart": "0-1 背包问题", "joined": "01背包入门"}.items():
        shelf.post(f"{name}.md", title, "容量与价值。", date="2025-02-01")
    shelf.post("counted.md", "背包 3-5 个", "第 35 题。", date="2025-02-01")
    await shelf.sync()

    view = await find(shelf, typed)

    assert {one.path for one in view.results} == {"apart.md", "joined.md"}
    assert not view.is_partial


async def test_a_range_of_numbers_is_no_larger_number(shelf: Folder) -> None:
    shelf.post("counted.md", "背包 3-5 个", "第 2025-10-11 题。", date="2025-02-01")
    await shelf.sync()

    for typed in ("35", "1011", "20251011"):
        assert not any(one.path == "counted.md" for one in (await find(shelf, typed)).results)


@pytest.mark.parametrize("typed", ["01背包", "01 knapsack", "7:45", "01", "45", "0.1"])
async def test_numbers_that_are_parts_of_others_or_stand_apart_find_nothing(shelf: Folder, typed: str) -> None:
    shelf.post("rates.md", "Rates", "From 0.01 and 0.145, in 7 steps of 450, to [7, 95.2].", date="2025-02-01")
    await shelf.sync()

    assert not (await find(shelf, typed)).results


@pytest.mark.parametrize("typed", ["7:45", "7 45", "2025 7", "145", "release 3", "0.01", "0-1", "3 11", "3 11 release"])
async def test_numbers_are_found_where_they_stand_whole_and_together(shelf: Folder, typed: str) -> None:
    shelf.post("apart.md", "Apart", "7 and, long after any of that, 45.", date="2025-02-01")
    shelf.post("times.md", "Times", "At 7:45, 2025年7月: 145 at release 3.11, 0.01, 01.", date="2025-02-01")
    await shelf.sync()

    view = await find(shelf, typed)

    assert ([one.path for one in view.results], view.is_partial) == (["times.md"], False)
    assert bold(view.results[0].snippet)


@pytest.mark.parametrize("typed", ["keys -softmax", "keys -注意力", "keys -FlashAttention", "keys -low-rank tag:x"])
async def test_a_word_with_a_minus_is_in_no_result(shelf: Folder, typed: str) -> None:
    kept, excluded = (
        "Keys alone: soft max, 注意 a 力, a flash of attention, low and rank",
        "FlashAttention: 注意力, Softmax",
    )
    shelf.post("kept.md", "Keys", kept, tags="[x]", date="2025-02-01")
    shelf.post("excluded.md", "Keys, excluded", f"{excluded}, low-rank.", tags="[x]", date="2025-02-01")
    await shelf.sync()

    view = await find(shelf, typed)

    assert ([one.path for one in view.results], view.is_partial) == (["kept.md"], False)
    assert (view.query, view.total) == (typed.removesuffix(" tag:x"), 1)


async def test_what_a_minus_leaves_nothing_of_is_nothing(shelf: Folder) -> None:
    view = await find(shelf, "lora -rank")

    assert (view.results, view.corrected, view.advice.outside) == ((), None, 0)
    assert view.query == "lora -rank"


async def test_dates_that_leave_no_day_are_said_to(shelf: Folder) -> None:
    view = await find(shelf, "lora after:2026-02 before:2026-01")

    assert (view.results, view.leaves_no_day) == ((), True)
    assert not (await find(shelf, "lora after:2026-01 before:2026-02")).leaves_no_day


@pytest.mark.parametrize(("typed", "nameless"), [('lora tag:"', ('tag:"',)), ("lora category: ", ("category:",))])
async def test_a_filter_without_a_name_is_told_and_costs_nothing_else(
    shelf: Folder, typed: str, nameless: tuple[str, ...]
) -> None:
    view = await find(shelf, typed)

    assert (view.query, view.nameless, view.total) == ("lora", nameless, 1)


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("memory", Where("tag", "memory")),
        ("nlp", Where("category", "NLP")),
        ("adapters", Where("name")),
        ("trees", Where("file", "trees.md")),
        ("hiddenaddress", Where("source")),
    ],
)
async def test_what_no_snippet_can_show_is_said_where_it_is(shelf: Folder, typed: str, where: Where) -> None:
    shelf.post("linked.md", "A link", "See [here](https://example.org/hiddenaddress).", date="2025-01-01")
    await shelf.sync()

    (result, *_) = (await find(shelf, typed, "zh")).results

    assert result.where == where
    assert not result.snippet.entities


async def test_a_title_that_matches_is_marked(shelf: Folder) -> None:
    (result, *_) = (await find(shelf, "lora")).results

    assert (bold(result.title), result.where) == (["LoRA"], None)


async def test_drafts_and_withdrawn_posts_never_show(shelf: Folder) -> None:
    assert await titles(shelf, "zebra", exact=True) == []
    shelf.remove("lora.md")
    await shelf.sync(allow_withdraw=True)
    assert await titles(shelf, "lora", exact=True) == []


async def test_a_changed_post_is_found_by_its_new_words_alone(shelf: Folder) -> None:
    shelf.post("trees.md", "线段树", "懒惰标记 lazy", categories="Algorithm")
    await shelf.sync()

    assert await titles(shelf, "lazy") == ["线段树"]
    assert await titles(shelf, "query_range", exact=True) == []


async def test_translations_are_one_result_in_the_readers_language(shelf: Folder) -> None:
    assert await titles(shelf, "category:NLP", "zh") == ["注意力机制"]
    assert await titles(shelf, "category:NLP", "en") == ["Attention"]


async def test_words_of_one_translation_show_that_translation(shelf: Folder) -> None:
    assert await titles(shelf, "缩放点积", "en") == ["注意力机制"]


async def test_typed_filters_narrow_the_results(shelf: Folder) -> None:
    wanted = {
        "category:algorithm": {"线段树"},
        "tag:tuning": {"LoRA：低秩适配"},
        "after:2026-01": {"FlashAttention, block by block", "LoRA：低秩适配"},
        "before:2025-06": {"线段树"},
        "softmax category:NLP": set(),
    }

    assert {typed: set(await titles(shelf, typed, exact=True)) for typed in wanted} == wanted


async def test_a_category_is_known_by_its_name_in_either_language(shelf: Folder) -> None:
    shelf.write("nlp/_index.md", "---\ntitle: NLP\ntitle_zh: 自然语言处理\ntitle_en: Language\n---\n")
    await shelf.sync()

    for name in ("NLP", "自然语言处理", "自然語言處理", "language"):
        assert await titles(shelf, f"category:{name}") == ["Attention"], name


async def test_days_are_those_of_the_publications_zone(shelf: Folder) -> None:
    # Written in Shanghai, where the 10th begins while UTC has the 9th.
    flash = "FlashAttention, block by block"

    assert await titles(shelf, "after:2026-01-10", zone=ZoneInfo("Asia/Shanghai")) == [flash]
    assert await titles(shelf, "after:2026-01-10", zone=UTC) == []


async def test_results_can_be_narrowed_by_the_facets_offered(shelf: Folder) -> None:
    view = await find(shelf, "attention")
    facet = next(facet for facet in view.facets if facet.name == "NLP")

    assert await titles(shelf, "attention", category=facet.key) == ["Attention"]


async def test_pages_turn_and_a_page_past_the_end_is_the_last(shelf: Folder) -> None:
    first = await find(shelf, "after:2020", size=2)
    last = await find(shelf, "after:2020", size=2, page=99)

    assert (first.total, first.pages, first.number, len(first.results)) == (4, 2, 0, 2)
    assert (last.number, len(last.results)) == (1, 2)
    assert not {one.post_id for one in first.results} & {one.post_id for one in last.results}


async def test_results_come_while_a_person_types(shelf: Folder) -> None:
    for typed in ("fl", "flas", "flash", "flash at"):
        view = await searching.search_as_typed(shelf.database, typed, language="en")
        assert view.results[0].card.title == "FlashAttention, block by block"

    empty = await searching.search_as_typed(shelf.database, " ", language="en", limit=3)
    assert empty.results[0].card.title == "FlashAttention, block by block"
    assert empty.next_offset == 3
    rest = await searching.search_as_typed(shelf.database, "", language="en", offset=3, limit=3)
    assert (len(rest.results), rest.next_offset) == (1, None)


@pytest.mark.parametrize("sign", ["∑", "→", "∇ ="])
async def test_a_sign_that_no_index_knows_brings_no_latest_posts(shelf: Folder, sign: str) -> None:
    found = await searching.search_as_typed(shelf.database, sign, language="en")
    opened = await searching.search_as_typed(shelf.database, '"', language="en")

    assert (found.results, found.next_offset) == ((), None)
    # What is opened here is a phrase that comes next.
    assert len(opened.results) == 4


async def test_no_letter_on_the_way_to_a_word_finds_nothing(shelf: Folder) -> None:
    shelf.post("other.md", "Si", "An on-line sum.", date="2025-02-01")
    await shelf.sync()
    flash, other = "FlashAttention, block by block", "Si"

    # Softmax and slow stand in one text, in no title; si is a title, however many texts hold single.
    typed = {"so": [flash], "sof": [flash], "sl": [flash], "si": [other], "so category:NLP": []}

    assert {one: await titles(shelf, one) for one in typed} == typed


async def test_a_name_of_two_words_needs_no_quotes_to_be_offered(shelf: Folder) -> None:
    (offered,) = (await find(shelf, "category:Large Model lora")).advice.nearest

    assert offered == 'category:"Large Model" lora'
    assert await titles(shelf, offered) == ["LoRA：低秩适配"]


async def test_a_name_is_offered_once_in_whatever_letters_it_is_known(shelf: Folder) -> None:
    shelf.write("large-model/_index.md", "---\ntitle: Large Model\n---\n")
    shelf.post("large-model/rope.md", "RoPE")
    shelf.post("algorithm/sort.md", "Sorting")
    await shelf.sync()

    assert (await find(shelf, "category:nlp,algorithm")).advice.nearest == ("category:Algorithm", "category:NLP")
    assert (await find(shelf, "category:Large Model")).advice.nearest == ('category:"Large Model"',)


async def test_past_the_end_nothing_is_repeated(shelf: Folder) -> None:
    everything = await searching.search_as_typed(shelf.database, "", language="en", limit=10)
    past = await searching.search_as_typed(shelf.database, "", language="en", offset=10, limit=10)
    far = await searching.search_as_typed(shelf.database, "lora", language="en", offset=50, limit=10)

    assert (len(everything.results), everything.next_offset) == (4, None)
    assert (past.results, past.next_offset) == ((), None)
    assert (far.results, far.next_offset) == ((), None)


async def test_a_day_that_is_none_brings_no_latest_posts(shelf: Folder) -> None:
    alone = await searching.search_as_typed(shelf.database, "after:xx", language="en")
    beside = await searching.search_as_typed(shelf.database, "lora after:xx", language="en")

    assert (alone.results, alone.unread) == ((), ("after:xx",))
    assert (len(beside.results), beside.unread) == (1, ("after:xx",))


async def test_related_posts_are_near_and_other_posts(shelf: Folder) -> None:
    flash = (await find(shelf, "flash attention")).results[0]
    near = await searching.related(shelf.database, flash.post_id, language="en")

    assert near[0].title in {"LoRA：低秩适配", "Attention"}
    assert flash.card.key not in [card.key for card in near]


async def test_posts_that_are_called_alike_are_nearer_than_those_that_hold_a_rare_word(shelf: Folder) -> None:
    shelf.post(
        "own.md", "Gentle warmup schedules", "Frozen.", categories="Tuning", tags="[adapters]", date="2025-02-01"
    )
    shelf.post("bpe.md", "Merging pairs", "Gentle counts, warmup last, schedules aside.", date="2025-02-08")
    shelf.post("soft.md", "Soft prompts", "Words.", categories="Tuning", date="2025-02-02")
    shelf.post("memory.md", "Memory", "Words.\n\n## What warmup is for\n\nWords.", date="2025-02-03")
    shelf.post("other.md", "What is the use, and why?", "Words.", date="2025-02-09")
    await shelf.sync()

    own = (await find(shelf, "gentle warmup schedules")).results[0]
    near = await searching.related(shelf.database, own.post_id, language="en", limit=9)

    assert [card.title for card in near] == ["Soft prompts", "Memory", "Merging pairs"]


async def test_posts_without_a_category_are_not_related_by_that(shelf: Folder) -> None:
    for name in ("alpha", "omega"):
        shelf.post(f"{name}.md", name.title(), f"All about {name}.")
    await shelf.sync()
    alpha = (await find(shelf, "alpha")).results[0]

    assert await searching.related(shelf.database, alpha.post_id, language="en") == ()


async def test_the_command_lines_engine_gives_files_best_first(shelf: Folder) -> None:
    found = await searching.paths(shelf.database, "attention", limit=2)

    assert len(found) == 2
    assert found[0] == "attention.en.md"


async def test_hostile_input_gets_a_polite_answer(shelf: Folder) -> None:
    for typed in HOSTILE:
        view = await find(shelf, typed)
        await searching.search_as_typed(shelf.database, typed, language="zh")

        assert len(view.query) <= 128
        assert view.pages >= 1


ANY_WORDS = st.lists(
    st.sampled_from(["attention", "注意力", "lora", "树", "C++", "softmx", "后:", "a"]), max_size=9
).map(" ".join)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(typed=st.text(alphabet=st.characters(exclude_categories=()), max_size=200) | ANY_WORDS)
async def test_anything_typed_is_answered(shelf: Folder, typed: str) -> None:
    view = await find(shelf, typed)

    assert view.number < view.pages
    assert len(view.results) <= view.total or not view.total


async def test_searches_of_a_chat_are_offered_again_and_go_with_it(database: Database) -> None:
    async with database.write() as conn:
        await chats.remember(conn, 7, kind="private", now=NOON)
    for minute, typed in enumerate(["lora", "attention", "LoRA ", "nothing"]):
        await recalling.record(database, 7, typed, found=typed != "nothing", now=NOON + timedelta(minutes=minute))

    offered = await recalling.suggestions(database, 7)
    assert (offered.recent, offered.frequent) == (("LoRA", "attention"), ("LoRA",))
    assert (await recalling.suggestions(database, 8)).recent == ()
    async with database.write() as conn:
        assert await searches.counts(conn, NOON.date()) == {"searched": 4, "found nothing": 1}
        await chats.forget(conn, 7)
        assert await searches.recent(conn, 7, 9) == []


async def test_a_chat_keeps_its_latest_searches_alone(database: Database) -> None:
    async with database.write() as conn:
        await chats.remember(conn, 7, kind="private", now=NOON)
        for minute in range(searches.KEPT_PER_CHAT + 5):
            await searches.remember(conn, 7, f"q{minute}", f"q{minute}", now=NOON + timedelta(minutes=minute))

        kept = await searches.recent(conn, 7, 99)
    assert len(kept) == searches.KEPT_PER_CHAT
    assert kept[0] == "q34"


async def test_any_search_can_be_kept(database: Database) -> None:
    async with database.write() as conn:
        await chats.remember(conn, 7, kind="private", now=NOON)
    for typed in HOSTILE[::4]:
        await recalling.record(database, 7, typed, found=True, now=NOON)

    assert len((await recalling.suggestions(database, 7)).recent) == recalling.RECENT


async def test_nothing_is_kept_of_a_chat_that_is_not_known(database: Database) -> None:
    await recalling.record(database, 9, "lora", found=True, now=NOON)

    assert await recalling.suggestions(database, 9) == recalling.Suggestions((), ())


async def test_a_change_of_the_rules_reindexes_once_at_start(shelf: Folder) -> None:
    told: list[tuple[int, int]] = []

    assert await reindexing.reindex_if_outdated(shelf.database, lambda done, total: told.append((done, total)))
    assert told[-1] == (5, 5)
    assert not await reindexing.reindex_if_outdated(shelf.database)


async def test_reindexing_mends_an_index_that_lost_and_kept_posts(shelf: Folder) -> None:
    lora = (await find(shelf, "lora")).results[0].post_id
    async with shelf.database.write() as conn:
        await indexing.drop_post(conn, lora)
        await facts.put(conn, reindexing.VERSION, 0)

    assert await reindexing.reindex(shelf.database) == 5
    assert await titles(shelf, "lora") == ["LoRA：低秩适配"]
    assert await titles(shelf, "zebra", exact=True) == []
