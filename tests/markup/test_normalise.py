"""Markdown of many dialects is rewritten into one, and code is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup.normalise import normalise
from bot.markup.normalise.characters import restore
from bot.markup.parse import parse
from bot.markup.plain import text
from bot.markup.plain.words import inline_text
from bot.markup.tree import (
    Callout,
    Code,
    CodeBlock,
    Details,
    Figure,
    Link,
    Math,
    MathBlock,
    Paragraph,
    Quote,
    Styled,
    Table,
    Words,
)


def _inlines(source: str) -> tuple[object, ...]:
    block = parse(source).blocks[0]
    assert isinstance(block, Paragraph)
    return block.inlines


@pytest.mark.parametrize(
    ("source", "latex"),
    [
        ("$x^2$", "x^2"),
        (r"\(x^2\)", "x^2"),
        (r"\\(x^2\\)", "x^2"),
        ("$`x^2`$", "x^2"),
        ("$a|b$", "a|b"),
        ("$a_1 * b_2 * c$", "a_1 * b_2 * c"),
        ("$a < b$", "a < b"),
        ("$\\$5$", "\\$5"),
        ("$ \\alpha = 1 $", "\\alpha = 1"),
        ("$ E $", "E"),
        ("$ n - 1 $", "n - 1"),
        ("$ f(x) = 0 $", "f(x) = 0"),
        ("$V_{t} $", "V_{t}"),
        ("$k $", "k"),
        ("$n' $", "n'"),
        ("$ f(x) = tanh(x) = \\frac{e^x}{2} $", "f(x) = tanh(x) = \\frac{e^x}{2}"),
        ("$27\\times128(\\times2_{GPU}) $", "27\\times128(\\times2_{GPU})"),
    ],
)
def test_inline_formulas_are_found_in_every_spelling(source: str, latex: str) -> None:
    assert _inlines(f"A {source} b") == (Words("A "), Math(latex), Words(" b"))


@pytest.mark.parametrize(
    "source",
    [
        "$$\na + b\n$$",
        "$$a + b$$",
        "\\[\na + b\\,\n\\]",
        "```math\na + b\n```",
        "```{math}\n:label: loss\na + b\n```",
        "> $$\n> a + b\n> $$",
        "$$\na\n\n+ b_1\n$$",
        "$$\na\n+ b\n$$",
        "$$\na\n= b\n$$",
        "$$\na\n- b\n$$",
    ],
)
def test_displayed_formulas_are_blocks_whatever_their_lines_look_like(source: str) -> None:
    found = [block for block in _all_blocks(source) if isinstance(block, MathBlock)]
    assert len(found) == 1


def _all_blocks(source: str) -> list[object]:
    found: list[object] = []
    for block in parse(source).blocks:
        found += [block, *getattr(block, "blocks", ())]
    return found


def test_a_bare_environment_is_a_displayed_formula_with_its_begin_and_end() -> None:
    source = "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}"
    assert parse(f"Then\n{source}\nhence").blocks == (
        Paragraph((Words("Then"),)),
        MathBlock(source),
        Paragraph((Words("hence"),)),
    )


def test_a_displayed_formula_beside_words_stands_in_a_block_of_its_own() -> None:
    assert parse("With $x$ we get $$y = 1$$ at once").blocks == (
        Paragraph((Words("With "), Math("x"), Words(" we get"))),
        MathBlock("y = 1"),
        Paragraph((Words("at once"),)),
    )


@pytest.mark.parametrize("space", ["", " "])
def test_formula_that_its_author_set_on_several_lines_stands_in_a_block_of_its_own(space: str) -> None:
    latex = "f(x) =\n\\begin{cases}\n1\n\\end{cases}"

    assert parse(f"函数 ${space}{latex}{space}$，其中").blocks == (
        Paragraph((Words("函数"),)),
        MathBlock(latex),
        Paragraph((Words("，其中"),)),
    )


def test_two_dollars_within_a_line_are_inline_where_the_author_never_writes_one() -> None:
    assert _inlines("Let $$x$$ be small.") == (Words("Let "), Math("x"), Words(" be small."))


@pytest.mark.parametrize(
    ("source", "latex"),
    [
        ("76.3$\\pm$0.2", "\\pm"),
        ("5$\\sim$10", "\\sim"),
        ("$\\le$10%", "\\le"),
        ("$>$5", ">"),
        ("3$\\times$3", "\\times"),
    ],
)
def test_sign_in_dollars_right_before_a_number_is_a_formula(source: str, latex: str) -> None:
    before, after = source.split(f"${latex}$")

    assert _inlines(f"为 {source} 时") == (Words(f"为 {before}"), Math(latex), Words(f"{after} 时"))


def test_amount_in_a_chinese_sentence_takes_no_formula_after_it() -> None:
    assert _inlines("每次$5，其中$n$为次数，共$6。$x=5$元") == (
        Words("每次$5，其中"),
        Math("n"),
        Words("为次数，共$6。"),
        Math("x=5"),
        Words("元"),
    )


@pytest.mark.parametrize(
    "source",
    [
        "$5 和 $10",
        "$5和$10",
        "花了$5，又花了$8。",
        "from $HOME/bin to $PATH",
        "\\$x\\$",
        "a $ bc $ d",
        "from $ a$ to b",
        "cost 5 $ - b $ c",
        "$5 for x_1 and $ 6",
        "5 $ a year or 6 $",
        "between $ 5 and 6 $ each",
        "costs $ 5 \\times more than $ 6",
        "costs 5$ or 6$.",
        "`$x$`",
        "\\[1\\]",
        "\\(see below\\)",
    ],
)
def test_money_shell_names_and_escapes_are_no_formulas(source: str) -> None:
    assert not any(isinstance(node, Math) for node in _inlines(source))


@pytest.mark.parametrize("source", ["```\n$x$ {{< a >}} ::: ==b==\n```", "    $x$", "~~~\n\\(x\\)\n~~~"])
def test_code_is_shown_as_written(source: str) -> None:
    block = parse(source).blocks[0]
    assert isinstance(block, CodeBlock)
    assert block.text == source.strip("`~\n ")


def test_quotes_of_latex_in_a_formula_are_no_code() -> None:
    latex = '\\textrm{``the"}, \\textrm{``man"}'

    assert parse(f"$${latex}$$").blocks == (MathBlock(latex),)
    assert _inlines("$$a$$ ``x`` $$b$$") == (Math("a"), Words(" "), Code("x"), Words(" "), Math("b"))


def test_a_formula_in_a_list_item_stays_in_it() -> None:
    (block,) = parse("1. Take\n   $$\n   a\n   + b\n   $$\n2. Next").blocks
    assert len(block.items) == 2  # type: ignore[union-attr]
    assert block.items[0].blocks[1] == MathBlock("a\n   + b")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("source", "bold"),
    [
        ("**“重点”**文字", "“重点”"),
        ("这是**“重点”**的", "“重点”"),
        ("这是**《书》**。", "《书》"),
        ("**加粗：**文字", "加粗："),
        ("的**(重点)**文", "(重点)"),
        ("**`代码`**是", "代码"),
    ],
)
def test_bold_beside_chinese_punctuation_is_bold(source: str, bold: str) -> None:
    styled = [node for node in _inlines(source) if getattr(node, "style", "") == "bold"]
    assert [_text(node) for node in styled] == [bold]


def _text(node: object) -> str:
    return "".join(getattr(inner, "text", "") for inner in node.inlines)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "source", ["1~3 和 5~8", "约 2~3 天，共 4~5 次", "x^2 和 y^2", "a^a^b^c = 0^b^c", "p^q^r^s^", "a == b == c"]
)
def test_ranges_powers_and_comparisons_are_plain_words(source: str) -> None:
    assert _inlines(source) == (Words(source),)


@pytest.mark.parametrize(
    ("source", "style"), [("H~2~O", "sub"), ("19^th^ of", "sup"), ("an ==important== word", "mark")]
)
def test_the_rarer_inline_marks_are_understood(source: str, style: str) -> None:
    assert [node.style for node in _inlines(source) if hasattr(node, "style")] == [style]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("source", "kind", "title"),
    [
        ('!!! warning "标题"\n    text', "warning", "标题"),
        ("!!! tip\n    text", "tip", ""),
        ("::: note 标题\ntext\n:::", "note", "标题"),
        (":::tip[Title]\ntext\n:::", "tip", "Title"),
        ('::: {.callout-note title="T"}\ntext\n:::', "note", "T"),
        ("> [!NOTE]\n> text", "note", ""),
        ("> [!faq]- 标题\n> text", "faq", "标题"),
        ("{% note info 标题 %}\ntext\n{% endnote %}", "info", "标题"),
        ('{{< admonition type="tip" title="T" >}}\ntext\n{{< /admonition >}}', "tip", "T"),
        ("{{% notice warning %}}\ntext\n{{% /notice %}}", "warning", ""),
    ],
)
def test_callouts_of_every_dialect_are_callouts(source: str, kind: str, title: str) -> None:
    words = (Words(title),) if title else ()
    assert parse(f"{source}\n\nafter").blocks == (
        Callout(kind, words, (Paragraph((Words("text"),)),)),
        Paragraph((Words("after"),)),
    )


@pytest.mark.parametrize(
    "source",
    [
        '!!! note "[A \\[b\\]](https://example.org) **c** `d*e`"\n    text',
        "::: note [A \\[b\\]](https://example.org) **c** `d*e`\ntext\n:::",
    ],
)
def test_markdown_in_the_title_of_a_callout_is_read(source: str) -> None:
    (callout,) = parse(source).blocks
    assert isinstance(callout, Callout)
    assert callout.title == (
        Link("https://example.org", (Words("A [b]"),)),
        Words(" "),
        Styled("bold", (Words("c"),)),
        Words(" "),
        Code("d*e"),
    )


def test_stars_and_signs_in_the_title_of_a_callout_stay() -> None:
    (callout,) = parse('!!! note "3 * 4 * 5 < a_b & c"\n    text').blocks
    assert isinstance(callout, Callout)
    assert callout.title == (Words("3 * 4 * 5 < a_b & c"),)


def test_a_table_without_outer_bars_may_be_aligned_by_colons() -> None:
    (table,) = parse("Left | Right\n:-- | :--:\na | b").blocks
    assert isinstance(table, Table)
    assert table.aligns == ("left", "center")


def test_a_line_break_alone_is_no_paragraph() -> None:
    assert parse("a\n\n<br>\n\nb").blocks == (Paragraph((Words("a"),)), Paragraph((Words("b"),)))


def test_an_admonition_with_an_empty_title_is_a_frame_without_one() -> None:
    assert parse('!!! note ""\n    text\n\nafter').blocks == (
        Quote((Paragraph((Words("text"),)),)),
        Paragraph((Words("after"),)),
    )


def test_a_callout_keeps_the_code_and_lists_inside_it() -> None:
    source = "!!! note\n    Run\n\n    ```py\n    if x:\n        y\n    ```\n\n    - a\n\nafter"
    callout, after = parse(source).blocks
    assert isinstance(callout, Callout)
    assert callout.blocks[1] == CodeBlock("if x:\n    y", "python")
    assert after == Paragraph((Words("after"),))


@pytest.mark.parametrize("source", ["!!! wow", "太棒了!!!", "::: nothing closes this", "??? really"])
def test_marks_that_open_nothing_stay_words(source: str) -> None:
    shown = "".join(node.text for node in _inlines(source) if isinstance(node, Words))
    assert source.rsplit(maxsplit=1)[-1] in shown


@pytest.mark.parametrize(
    "source",
    [
        "::: details 标题\ntext\n:::",
        '???+ note "标题"\n    text',
        "{% details 标题 %}\ntext\n{% enddetails %}",
        '{{< details "标题" >}}\ntext\n{{< /details >}}',
        "<details>\n<summary>标题</summary>\n\ntext\n\n</details>",
    ],
)
def test_details_of_every_dialect_are_details(source: str) -> None:
    assert parse(source).blocks == (Details((Words("标题"),), (Paragraph((Words("text"),)),)),)


@pytest.mark.parametrize(
    ("source", "block"),
    [
        ("{% highlight python %}\nx = $1\n{% endhighlight %}", CodeBlock("x = $1", "python")),
        ('{{< highlight go "linenos=table" >}}\nx\n{{< /highlight >}}', CodeBlock("x", "go")),
        ("{% codeblock main.js lang:js %}\nx\n{% endcodeblock %}", CodeBlock("x", "javascript", "main.js")),
        ("{{< mermaid >}}\na-->b\n{{< /mermaid >}}", CodeBlock("a-->b", "mermaid")),
        ("{{< katex >}}\na_b\n{{< /katex >}}", MathBlock("a_b")),
    ],
)
def test_shortcodes_around_code_and_formulas_are_code_and_formulas(source: str, block: object) -> None:
    assert parse(source).blocks == (block,)


def test_a_quote_names_who_said_it() -> None:
    source = "{% blockquote Seth Godin https://example.org/x A Title %}\nwords\n{% endblockquote %}"
    assert parse(source).blocks == (
        Quote(
            (
                Paragraph((Words("words"),)),
                Paragraph((Words("— Seth Godin "), Link("https://example.org/x", (Words("A Title"),)))),
            )
        ),
    )


def test_an_unknown_shortcode_vanishes_and_is_named_with_its_line() -> None:
    tree = parse("one\n\n```\ncode\n```\n\ntwo {{< widget 1 >}} three", first_line=10)
    assert tree.blocks[-1] == Paragraph((Words("two  three"),))
    assert tree.remarks == ("line 16: shortcode “widget” is not known and was left out",)


def test_what_an_unknown_pair_encloses_stays() -> None:
    assert parse("{{< box >}}\n\ninside\n\n{{< /box >}}").blocks == (Paragraph((Words("inside"),)),)


def test_shortcodes_written_to_be_shown_are_shown() -> None:
    assert _inlines("Use {{</* ref */>}} or {% raw %}{{ x }}{% endraw %}") == (Words("Use {{< ref >}} or {{ x }}"),)


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ('[a]({{< ref "posts/x.md" >}})', "posts/x.md"),
        ('[a]({{< relref "my post.md" >}})', "my%20post.md"),
        ("[a]({% post_url 2020-01-02-x %})", "2020-01-02-x"),
        ("[a]({{ site.baseurl }}/x)", "/x"),
        ("[a]({{ '/x' | relative_url }})", "/x"),
        ("{% post_link x a %}", "x"),
        ("{% youtube abc %}", "https://youtu.be/abc"),
        ("[[Page#part|a]]", "wiki:Page#part"),
    ],
)
def test_links_of_every_dialect_are_links(source: str, url: str) -> None:
    (link,) = _inlines(source)
    assert isinstance(link, Link)
    assert link.url == url


def test_a_bracketed_number_that_is_a_link_is_no_wiki_link() -> None:
    assert _inlines("[[1]](https://example.org/)") == (Link("https://example.org/", (Words("[1]"),)),)


def test_controls_and_bidi_overrides_are_dropped_and_separators_still_separate() -> None:
    assert _inlines("a\x00b\u202ec\u2028d\x0be") == (Words("abc d e"),)


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    assert _inlines("a\ud800b") == (Words("a\ufffdb"),)


@given(st.text(alphabet="$\\()[]{}<>%`~*=:!?|#>- \n\tab中“”。1é😀\x00\ud800\U0010ff02\U0010ff03", max_size=80))
def test_normalising_twice_is_normalising_once(source: str) -> None:
    once = normalise(source).text
    assert normalise(once).text == once


@given(st.text(alphabet="$\\()[]_^ab中 \n", max_size=60))
def test_inert_spelling_loses_no_character_but_space(source: str) -> None:
    kept = restore(normalise(source).text)
    assert [character for character in kept if character not in "> \n"] == [
        character for character in source if character not in "> \n"
    ] or "\\\\" in source


def test_inline_code_with_a_formula_sign_is_code() -> None:
    assert _inlines("see `$a$` and `b`") == (Words("see "), Code("$a$"), Words(" and "), Code("b"))


def test_words_in_escaped_brackets_stay_words_around_their_formulas() -> None:
    inside = "也叫样本集，与花体$\\mathcal{D}$不同"
    text = normalise(f"样例集$D$\\[{inside}\\]。").text
    assert "也叫样本集" in text
    assert "不同" in text


def test_a_wiki_link_with_a_name_stays_whole_in_a_table() -> None:
    (table,) = parse("| a | b |\n|---|---|\n| see [[Page|its name]] there | [[P\\|q]] |").blocks
    assert isinstance(table, Table)
    assert table.rows == (
        (
            (Words("see "), Link("wiki:Page", (Words("its name"),)), Words(" there")),
            (Link("wiki:P", (Words("q"),)),),
        ),
    )


@pytest.mark.parametrize(
    ("source", "cells"),
    [
        ("| a | b |\n|---|---|\n| x | `p|q` |", ("x", "p|q")),
        ("| a | b |\n|---|---|\n| `p|q` | `r || s` |", ("p|q", "r || s")),
        ("| a | b |\n|---|---|\n| x | `p \\| q` |", ("x", "p | q")),
        ("a | b\n--- | ---\n`p|q` | $p(x|y)$", ("p|q", "p(x|y)")),
        ("> | a | b |\n> |:-:|--|\n> | `p|q` | x |", ("p|q", "x")),
        ("| a | b | c |\n|---|---|---|\n| `p|q|r|s` | x |", ("p|q|r|s", "x", "")),
        ("| `a|b` | c |\n|---|---|\n| x | y |", ("x", "y")),
        # As GitHub has it, where the row has its cells that way.
        ("| a | b |\n|---|---|\n| `p | q` |", ("`p", "q`")),
    ],
)
def test_bar_in_code_ends_no_cell_that_the_table_has_no_column_for(source: str, cells: tuple[str, ...]) -> None:
    (table,) = (block.blocks[0] if isinstance(block, Quote) else block for block in parse(source).blocks)

    assert isinstance(table, Table)
    assert tuple(inline_text(cell) for cell in table.rows[0]) == cells


@pytest.mark.parametrize(
    "source",
    [
        "设 {{< katex >}} x {{< /katex >}} 与 $y$",
        "设 {{< katex >}}\\(x\\){{< /katex >}} 与 $y$",
        "设 {% katex %}x{% endkatex %} 与 {{< math >}}$y${{< /math >}}",
    ],
)
def test_formula_of_a_shortcode_stays_in_its_sentence(source: str) -> None:
    assert _inlines(source) == (Words("设 "), Math("x"), Words(" 与 "), Math("y"))


def test_formula_of_a_shortcode_is_displayed_where_it_asks_for_it() -> None:
    assert parse("{{< katex display=true >}} x {{< /katex >}}\n\nwith $y$").blocks[0] == MathBlock("x")


@pytest.mark.parametrize("name", ["toc", "katex", "math"])
def test_shortcode_that_asks_for_a_table_of_contents_or_a_typesetter_needs_no_remark(name: str) -> None:
    tree = parse(f"{{{{< {name} >}}}}\n\nwords")

    assert (tree.blocks, tree.remarks) == ((Paragraph((Words("words"),)),), ())


@pytest.mark.parametrize(
    "source",
    [
        '{{< tabs "os" >}}\n{{< tab "Mac" >}}\nmake\n{{< /tab >}}\n{{< tab "Linux" >}} apt {{< /tab >}}\n{{< /tabs >}}',
        "{% tabs os %}\n<!-- tab Mac@f -->\nmake\n<!--endtab-->\n<!--tab Linux-->\napt\n<!--endtab-->\n{% endtabs %}",
    ],
)
def test_tabs_stand_below_each_other_with_their_names(source: str) -> None:
    tree = parse(f"{source}\n\nafter")

    assert text(tree) == "Mac\nmake\nLinux\napt\nafter"
    assert tree.remarks == ()


@pytest.mark.parametrize(
    ("source", "caption"),
    [
        ('{{< figure src="a.png" title="图 1" caption="训练曲线" >}}', "图 1 训练曲线"),
        ('{{< figure src="a.png" title="图 1" >}}', "图 1"),
        ('{{< figure src="a.png" title="图 1" caption="图 1：曲线" >}}', "图 1：曲线"),
        ('{% include figure.liquid path="a.png" class="img-fluid" caption="A curve" %}', "A curve"),
        ('{% include figure image_path="a.png" alt="x" caption="A curve" %}', "A curve"),
        ('{% include common/image.html url="a.png" caption="A curve" %}', "A curve"),
    ],
)
def test_picture_of_a_shortcode_has_all_its_words(source: str, caption: str) -> None:
    tree = parse(source)

    (block,) = tree.blocks
    assert isinstance(block, Figure)
    assert (block.image.source, inline_text(block.caption)) == ("a.png", caption)
    assert tree.remarks == ()


def test_a_table_shown_as_code_keeps_its_bars() -> None:
    assert parse("```\n| [[a|b]] |\n```").blocks == (CodeBlock("| [[a|b]] |"),)
