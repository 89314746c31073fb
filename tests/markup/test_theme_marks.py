"""Marks meant for a theme or the author alone are not shown to readers as words."""

import pytest

from bot.markup.parse import parse
from bot.markup.plain import text
from bot.markup.tree import Callout, Code, CodeBlock, Details, Link, Paragraph, Words


@pytest.mark.parametrize(
    "mark",
    [
        "[TOC]",
        "[toc]",
        "[[toc]]",
        "[[TOC]]",
        "[[_TOC_]]",
        "[_TOC_]",
        "@[toc]",
        "@[TOC](文章目录)",
        "@[TOC](这里写 标题)",
        "> [TOC]",
        "[TOC]\n---",
        "<details><summary>目录</summary>\n\n[TOC]\n\n</details>",
        "* TOC\n{:toc}",
        "1. this list will be replaced\n{:toc .large}",
    ],
)
def test_mark_for_a_table_of_contents_is_not_shown(mark: str) -> None:
    assert parse(f"{mark}\n\n正文 words\n").blocks == (Paragraph((Words("正文 words"),)),)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("See [TOC] here", "See [TOC] here"),
        ("[TOC] and words", "[TOC] and words"),
        ("**[TOC]**", "[TOC]"),
        ("`[TOC]`", "[TOC]"),
        ("\\[TOC]", "[TOC]"),
        ("```\n[TOC]\n```", "[TOC]"),
        ("<details><summary>目录</summary>\n\n[TOC]\n\nmore\n\n</details>", "目录\nmore"),
    ],
)
def test_mark_that_a_post_speaks_of_is_shown(source: str, shown: str) -> None:
    assert text(parse(source)) == shown


@pytest.mark.parametrize("source", ["[TOC](toc.md)", "[TOC]\n\n[toc]: toc.md"])
def test_link_that_is_called_toc_stays_a_link(source: str) -> None:
    assert parse(source).blocks == (Paragraph((Link("toc.md", (Words("TOC"),)),)),)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("A\n{: .no_toc }", "A"),
        ("文字 ^37066d\n\n- a ^item\n- b", "文字\na\nb"),
        ("| a |\n|---|\n| b |\n\n^the-table\n\nB", "a\nb\nB"),
        ("[[Note#^37066d]] and [[#^37066d]]", "Note and 37066d"),
        ("![[a.png|图注|300]] B", "图注 B"),
        ("## 标题 {#a}\n{: .no_toc }\n\nB", "标题\nB"),
        ('![图](a.png){: width="700" .w-50 .left} 说明', "图 说明"),
        ("![图](a_(1).png){ width=50% #fig:a } 说明", "图 说明"),
        ('[l](u.md){:target="_blank"} and [m](v.md){target=_blank}。', "l and m。"),
        ("**重点**{: .red}内容", "重点内容"),
        ("`x`{.python} is", "x is"),
        ("- a\n- b\n  {: .x}\n- c", "a\nb\nc"),
        ('```python\nx\n```\n{: file="a.py" .nolineno}\n\nB', "x\nB"),
        ('{::options parse_block_html="true" /}\n\nA', "A"),
    ],
)
def test_attributes_are_not_shown(source: str, shown: str) -> None:
    assert text(parse(source)) == shown


@pytest.mark.parametrize(
    "source",
    [
        "f(x){a=1}",
        "2 ^10 and x ^abcd y",
        "2^1024",
        "{: 'a'}",
        "a set {x: 1}",
        "the form {:.2f} of",
        "[a](b.md) {c}",
        "x{:y}",
    ],
)
def test_braces_of_a_sentence_stay(source: str) -> None:
    assert text(parse(source)) == source.replace("[a](b.md)", "a")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("文字%%注%%，see %% 50% off? %%", "文字，see"),
        ("%% note\nto myself %%\n\n正文", "正文"),
        ("%%\nnote\n\n$x$ and `y`\n%%\n\n正文", "正文"),
        ("$$a = b$$ {#eq:loss}\n\n正文", "a = b\n正文"),
    ],
)
def test_comment_of_an_author_is_not_shown(source: str, shown: str) -> None:
    assert text(parse(source)).strip() == shown


@pytest.mark.parametrize(
    "source",
    ["use %%time and %%timeit", "50%% of 10%%", "%% todo", "`%% a %%`", "```\n%% a %%\n```", "$$\n%% a\nb %%\n$$"],
)
def test_signs_of_per_cent_that_are_no_comment_stay(source: str) -> None:
    assert text(parse(source)) == source.strip("`$\n")


def test_attributes_in_code_stay() -> None:
    assert parse("`{: .a}`").blocks == (Paragraph((Code("{: .a}"),)),)
    assert parse("```\n{: .a}\n```").blocks == (CodeBlock("{: .a}"),)


@pytest.mark.parametrize(
    "source",
    [
        "> Mind this.\n{: .prompt-tip }",
        "> Mind\n> this.\n{: .tip}",
        "{: .tip }\n> Mind this.",
        "> Mind this.\n{:.notice--tip}",
    ],
)
def test_quote_that_an_attribute_calls_a_tip_is_one(source: str) -> None:
    (block,) = parse(f"{source}\n\n").blocks

    assert isinstance(block, Callout)
    assert (block.kind, block.title) == ("tip", ())
    assert text(parse(source)).replace("\n", " ").strip() == "Mind this."


def test_details_without_a_table_of_contents_are_kept_whole() -> None:
    (block,) = parse("<details><summary>更多</summary>\n\nA [TOC] B\n\n</details>").blocks

    assert isinstance(block, Details)
    assert len(block.blocks) == 1
