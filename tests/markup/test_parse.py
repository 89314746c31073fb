"""One parse, one tree: blocks, inlines and raw HTML as their author meant them."""

import gc
import re

import pytest

from bot.markup.parse import parse
from bot.markup.plain import text
from bot.markup.tree import (
    MAX_DEPTH,
    Break,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Details,
    Figure,
    Heading,
    Image,
    Inline,
    Item,
    Link,
    List,
    Math,
    More,
    NoteRef,
    Paragraph,
    Quote,
    Rule,
    Styled,
    Table,
    Words,
)


def _words(text: str) -> tuple[Inline, ...]:
    return (Words(text),)


def _paragraph(text: str) -> Paragraph:
    return Paragraph(_words(text))


def _inlines(source: str) -> tuple[Inline, ...]:
    (block,) = parse(source).blocks
    assert isinstance(block, Paragraph)
    return block.inlines


def test_lists_keep_their_first_number_and_their_tasks() -> None:
    assert parse("3. a\n4. b\n\n- [ ] c\n- [x] d").blocks == (
        List((Item((_paragraph("a"),)), Item((_paragraph("b"),))), 3),
        List((Item((_paragraph("c"),), False), Item((_paragraph("d"),), True))),
    )


def test_tables_have_a_head_rows_and_alignment() -> None:
    (table,) = parse("| a | b |\n|---|--:|\n| 1 | $x|y$ |\n| 2 |").blocks
    assert table == Table(
        (_words("a"), _words("b")),
        ((_words("1"), (Math("x|y"),)), (_words("2"), ())),
        ("", "right"),
    )


def test_footnotes_are_numbered_by_first_reference_and_unused_ones_come_last() -> None:
    tree = parse("a[^b] c[^a]\n\n[^a]: A\n[^b]: B\n[^c]: C")
    assert tree.blocks == (Paragraph((Words("a"), NoteRef(1), Words(" c"), NoteRef(2))),)
    assert tree.notes == ((_paragraph("B"),), (_paragraph("A"),), (_paragraph("C"),))


def test_definitions_keep_their_terms() -> None:
    assert parse("term\n: one\n: two").blocks == (
        DefinitionList((Definition(_words("term"), ((_paragraph("one"),), (_paragraph("two"),))),)),
    )


@pytest.mark.parametrize(
    ("info", "language", "caption"),
    [
        ("py", "python", ""),
        ("C++", "cpp", ""),
        ("{.python .input}", "python", ""),
        ("{r, echo=FALSE}", "r", ""),
        ("js{1,3}", "javascript", ""),
        ('go title="main.go"', "go", "main.go"),
        ("js app.js", "javascript", "app.js"),
        ('title="Array.map"', "", "Array.map"),
        ("text", "", ""),
        ("", "", ""),
    ],
)
def test_code_has_a_clean_language_and_its_caption(info: str, language: str, caption: str) -> None:
    assert parse(f"```{info}\nx\n```").blocks == (CodeBlock("x", language, caption),)


def test_headings_have_anchors_given_once_and_lose_their_attributes() -> None:
    assert parse("# A b!\n\n## A b\n\n## 中文 {#zh .x}\n\n## f(x) {y}").blocks == (
        Heading(1, _words("A b!"), "a-b"),
        Heading(2, _words("A b"), "a-b-1"),
        Heading(2, _words("中文"), "zh"),
        Heading(2, _words("f(x) {y}"), "fx-y"),
    )


def test_images_alone_are_figures_and_images_among_words_are_not() -> None:
    assert parse('![d](a.png "t")\n![e](b.png)').blocks == (
        Figure(Image("a.png", "d", "t"), _words("t")),
        Figure(Image("b.png", "e")),
    )
    assert _inlines("see ![d](a.png)") == (Words("see "), Image("a.png", "d"))


@pytest.mark.parametrize(
    ("source", "image"),
    [
        ("![[a.png]]", Image("a.png", "a.png")),
        ("![[a.png|300]]", Image("a.png", "a.png")),
        ("![[a.png#part]]", Image("a.png#part", "a.png › part")),
        ("![[a.png|words]]", Image("a.png", "words")),
        ("![words|300x200](a.png)", Image("a.png", "words")),
        ('<img src="a.png" alt="words">', Image("a.png", "words")),
        ('{{< figure src="a.png" alt="words" >}}', Image("a.png", "words")),
        ('{% asset_img a.png "words" %}', Image("a.png", "words")),
    ],
)
def test_images_of_every_dialect_are_images(source: str, image: Image) -> None:
    assert parse(source).blocks == (Figure(image),)


def test_an_embedded_note_is_a_link_to_it() -> None:
    assert _inlines("![[Other note#Part]]") == (Link("wiki:Other note#Part", _words("Other note › Part")),)


def test_the_authors_fold_is_kept_and_comments_vanish() -> None:
    assert parse("a\n\n<!-- more -->\n\n<!-- secret\n\nsecret -->\n\nb <!-- x --> c\n\n---").blocks == (
        _paragraph("a"),
        More(),
        Paragraph((Words("b "), Words(" c"))),
        Rule(),
    )


@pytest.mark.parametrize(
    ("source", "node"),
    [
        ("<b>x</b>", Styled("bold", _words("x"))),
        ("<u>x</u>", Styled("underline", _words("x"))),
        ("<mark>x</mark>", Styled("mark", _words("x"))),
        ("<kbd>x</kbd>", Styled("kbd", _words("x"))),
        ("<sub>x</sub>", Styled("sub", _words("x"))),
        ("<code>a *b*</code>", Code("a b")),
        ('<a href="https://e.org/?a=1&amp;b=2">x</a>', Link("https://e.org/?a=1&b=2", _words("x"))),
        ("<br/>", Break(hard=True)),
        ("<font color=red>x</font>", Words("x")),
    ],
)
def test_inline_html_is_understood(source: str, node: Inline) -> None:
    assert _inlines(f"a {source} b") == (Words("a "), node, Words(" b"))


def test_an_html_table_is_a_table() -> None:
    source = '<table>\n<tr><th>a<th colspan="2">b</tr>\n<tr><td>1</td><td>2</td><td>$x$</td></tr>\n</table>'
    assert parse(source).blocks == (
        Table((_words("a"), _words("b"), ()), ((_words("1"), _words("2"), (Math("x"),)),), ("", "", "")),
    )


def test_note_written_in_its_sentence_is_a_footnote() -> None:
    tree = parse("文字^[注释 $x$ 与 [l](u.md)。]，x[^a] and y^[A `b`].\n\n[^a]: Named.")

    assert tree.blocks == (
        Paragraph((Words("文字"), NoteRef(1), Words("，x"), NoteRef(2), Words(" and y"), NoteRef(3), Words("."))),
    )
    assert tree.notes == (
        (Paragraph((Words("注释 "), Math("x"), Words(" 与 "), Link("u.md", _words("l")), Words("。"))),),
        (_paragraph("Named."),),
        (Paragraph((Words("A "), Code("b"))),),
    )


@pytest.mark.parametrize("source", ["W^[1] and x^[2, 3]", "\\^[abc]", "`^[abc]`"])
def test_raised_number_or_code_is_no_note(source: str) -> None:
    tree = parse(source)

    assert tree.notes == ()
    assert text(tree) == source.strip("`\\")


def test_cell_that_reaches_down_is_said_of_each_of_its_rows() -> None:
    source = (
        "<table><tr><th>model<th>size<th>loss</tr>"
        "<tr><td rowspan=3>GPT<td>1.5B<td rowspan=2><img src=a.png></tr><tr><td>175B</tr><tr><td>1T<td>0.1</tr>"
        '<tr><td rowspan="2" colspan="2">T5<td>1</tr><tr><td>2</tr></table>'
    )

    (table,) = parse(source).blocks

    assert isinstance(table, Table)
    assert table.rows == (
        (_words("GPT"), _words("1.5B"), (Image("a.png"),)),
        (_words("GPT"), _words("175B"), ()),
        (_words("GPT"), _words("1T"), _words("0.1")),
        (_words("T5"), (), _words("1")),
        (_words("T5"), (), _words("2")),
    )


def test_html_lists_figures_headings_and_code_are_understood() -> None:
    source = (
        "<ol start=3><li>one<li>two</ol>\n\n<figure><img src=a.png alt=d><figcaption>C</figcaption></figure>\n\n"
        '<h2 align="center">Title</h2>\n\n<pre><code class="language-py">a &lt; b\n</code></pre>'
    )
    assert parse(source).blocks == (
        List((Item((_paragraph("one"),)), Item((_paragraph("two"),))), 3),
        Figure(Image("a.png", "d"), _words("C")),
        Heading(2, _words("Title"), "title"),
        CodeBlock("a < b", "python"),
    )


def test_markdown_inside_html_blocks_is_read() -> None:
    source = "<div align=center>\n\n**x**\n\n</div>\n\n<details><summary>S</summary>\n\n- a\n\n</details>\nafter"
    assert parse(source).blocks == (
        Paragraph((Styled("bold", _words("x")),)),
        Details(_words("S"), (List((Item((_paragraph("a"),)),)),)),
        _paragraph("after"),
    )


def test_scripts_and_styles_leave_nothing_and_players_leave_a_link() -> None:
    assert parse(
        '<script>\nalert(1)\n</script>\n\n<style>a{}</style>\n\n<iframe src="//e.org/v/1"></iframe>'
    ).blocks == (Paragraph((Link("https://e.org/v/1", _words("e.org")),)),)


def test_type_arguments_are_no_tags() -> None:
    assert "".join(getattr(node, "text", "") for node in _inlines("a List<String> of Vec<u8>")) == (
        "a List<String> of Vec<u8>"
    )


@pytest.mark.parametrize(
    "source",
    ["</b>a", "<b>a", "<table><td>a", "<li>a</li>", "<details>a", "<summary>a", "<a <b>a", "<img alt=a>", "<tr>a</tr>"],
)
def test_broken_html_keeps_its_words(source: str) -> None:
    assert "a" in repr(parse(f"{source}\n\nafter").blocks)
    assert "after" in repr(parse(f"{source}\n\nafter").blocks)


def test_nesting_past_the_cap_is_flattened_and_its_words_kept() -> None:
    tree = parse(">" * 40 + " deep")
    depth, blocks = 0, tree.blocks
    while isinstance(blocks[0], Quote):
        depth, blocks = depth + 1, blocks[0].blocks
    assert depth == MAX_DEPTH
    assert blocks == (_paragraph("deep"),)


def test_a_ragged_table_is_not_multiplied() -> None:
    source = "|" + "a|" * 3000 + "\n|" + "-|" * 3000 + "\n" + "|b|\n" * 3000
    shown = repr(parse(source).blocks)
    assert len(re.findall(r"'\|?b\|?'", shown)) >= 3000
    assert len(shown) < 2_000_000


@pytest.mark.parametrize("source", ["", "\n", " ", "\x00", "\ud800", "\ufeff", "#", "[]()", "![]()", "<", "&", "``` "])
def test_any_scrap_gives_a_tree(source: str) -> None:
    parse(source)


def test_what_built_a_tree_goes_with_its_last_user() -> None:
    source = "# Title\n\n- **item** with $x$ and <kbd>key</kbd>\n\n<details>\n\nmore[^1]\n\n</details>\n\n[^1]: note\n"
    parse(source)
    gc.collect()
    gc.disable()
    try:
        parse(source)
        assert gc.collect() == 0
    finally:
        gc.enable()
