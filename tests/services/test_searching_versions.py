"""Searching for versions, numbers and formulas: as readers type them, and as authors write them."""

import pytest

from bot.domain.message import Text
from bot.services.search import searching
from bot.services.search.searching import SearchView
from bot.services.shelf import indexing
from tests.services.conftest import Folder


@pytest.fixture
async def shelf(folder: Folder) -> Folder:
    folder.options["indexer"] = indexing
    folder.post("release.md", "v0.1 发布", "版本 v0.1 与 v0.1.2 的更新。")
    folder.post("llama.md", "Llama 3.1 70B 量化", "Qwen2.5 之后。`lr` 是 0.01。")
    folder.post("rates.md", "Rates", "Llama 2 has 3.13 % of them; lr is 0.015 in 1.25 GiB of v0.2.")
    folder.post("kernels.md", "卷积核", "三个 3×3 的感受野，一层 $7 \\times 7$ 的。")
    folder.post("sizes.md", "尺寸", "每组 3 个，共 3 组，或 7 对 7。")
    folder.post("seeds.md", "k-means++ 为什么好", "初始点换一种抽法。")
    folder.post("noise.md", "扩散", "系数 $\\alpha_t$ 与 αₜ，以及 β₁ = 0.9。")
    folder.post("optimiser.md", "Adam", "An alpha for each step t.")
    folder.post("review.md", "复盘", "写于 2024-12-31。")
    folder.post("diary.md", "日记", "写于 2023.11.30。")
    folder.post("bayes.md", "贝叶斯", "后验 $p(\\theta \\mid x)$。", date="2025-01-01")
    await folder.sync()
    return folder


async def find(shelf: Folder, text: str) -> SearchView:
    return await searching.search(shelf.database, text, language="zh")


async def paths(shelf: Folder, text: str) -> list[str]:
    return [result.path for result in (await find(shelf, text)).results]


def bold(text: Text) -> list[str]:
    units = text.text.encode("utf-16-le")
    return [units[one.offset * 2 : (one.offset + one.length) * 2].decode("utf-16-le") for one in text.entities]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("v0.1", "release.md"),
        ("V0.1.2", "release.md"),
        ("llama3.1", "llama.md"),
        ("llama3.1 量化", "llama.md"),
        ("llama 3.1", "llama.md"),
        ("qwen2.5", "llama.md"),
        ("qwen-2.5", "llama.md"),
        ("qwen 2.5", "llama.md"),
        ("lr 0.01", "llama.md"),
        ("3x3", "kernels.md"),
        ("3×3", "kernels.md"),
        ("3 × 3 感受野", "kernels.md"),
        ("7x7", "kernels.md"),
        ("kmeans++", "seeds.md"),
        ("k-means++", "seeds.md"),
        ("β1", "noise.md"),
        ("β_1", "noise.md"),
        ("2024.12.31", "review.md"),
        ("2023-11-30", "diary.md"),
        ("2023/11/30", "diary.md"),
    ],
)
async def test_a_name_with_a_number_finds_the_one_post_however_it_is_written(
    shelf: Folder, typed: str, found: str
) -> None:
    view = await find(shelf, typed)

    assert [result.path for result in view.results] == [found]
    assert (view.is_partial, view.corrected) == (False, None)


async def test_a_version_is_marked_whole_in_title_and_text(shelf: Folder) -> None:
    (result,) = (await find(shelf, "v0.1")).results

    assert (bold(result.title), result.where) == (["v0.1"], None)
    assert bold(result.snippet) == ["v0.1", "v0.1"]


async def test_products_and_subscripts_are_marked_where_they_stand(shelf: Folder) -> None:
    (kernels,) = (await find(shelf, "3x3")).results
    (noise, *_) = (await find(shelf, "αₜ")).results

    assert bold(kernels.snippet) == ["3×3"]
    assert (noise.path, bold(noise.snippet)[-1]) == ("noise.md", "αₜ")


async def test_a_subscript_copied_from_a_post_finds_what_its_author_wrote(shelf: Folder) -> None:
    assert (await paths(shelf, "αₜ"))[0] == (await paths(shelf, "\\alpha_t"))[0] == "noise.md"


async def test_a_formula_with_a_greek_letter_finds_the_post_that_holds_it_together(shelf: Folder) -> None:
    shelf.post("apart.md", "Letters", "A p, and p, and p far from it; θ stands here, and here θ. Then x and x, x.")
    await shelf.sync()

    assert await paths(shelf, "p(θ|x)") == ["bayes.md"]


async def test_a_version_written_as_one_word_finds_it_apart_after_those_written_so(shelf: Folder) -> None:
    shelf.post("joined.md", "Llama3.1 微调", "一行。", date="2020-01-01")
    await shelf.sync()

    assert await paths(shelf, "llama3.1") == ["joined.md", "llama.md"]


async def test_a_number_after_words_is_no_part_of_a_longer_one_but_may_begin_a_version(shelf: Folder) -> None:
    shelf.post("cuda.md", "CUDA 12.4", "Drivers for i in range(10): 100 of them, 1000.")
    shelf.post("blocks.md", "CUDA 128", "Blocks for range(100).")
    await shelf.sync()

    (drivers,) = (await find(shelf, "range 10")).results

    assert await paths(shelf, "cuda 12") == ["cuda.md"]
    assert (drivers.path, bold(drivers.snippet)) == ("cuda.md", ["range", "10"])
