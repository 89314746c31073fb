"""Classic messages: what a reader sees of each kind of block, and how it is styled."""

import pytest

from bot.domain.message import Text
from bot.markup.classic import FormulaPicture, ImagePicture, Language, Page, paginate
from bot.markup.parse import parse
from tests.markup.telegram import faults


def _page(source: str, language: Language = "en") -> Page:
    (page,) = paginate(parse(source), language=language, resolve_link=_resolve)
    assert faults(page.text) == []
    return page


def _resolve(url: str) -> str | None:
    return f"https://blog.example.org/{url}" if url.endswith(".md") else None


def _shown(source: str, language: Language = "en") -> str:
    return _page(source, language).text.text


def _styled(source: str) -> list[tuple[str, str]]:
    text = _page(source).text
    return [(entity.type, _covered(text, entity.offset, entity.length)) for entity in text.entities]


def _covered(text: Text, offset: int, length: int) -> str:
    units = text.text.encode("utf-16-le")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def test_styles_become_entities_with_offsets_in_utf16_units() -> None:
    assert _styled("😀 **bold** *it* ~~no~~ <u>u</u> ==m== `c` <kbd>Tab</kbd>") == [
        ("bold", "bold"),
        ("italic", "it"),
        ("strikethrough", "no"),
        ("underline", "u"),
        ("bold", "m"),
        ("code", "c"),
        ("code", "Tab"),
    ]


def test_code_within_bold_is_cut_out_of_it() -> None:
    assert _styled("**a `b` c**") == [("bold", "a"), ("code", "b"), ("bold", "c")]


def test_code_within_a_link_is_the_links_text() -> None:
    assert _styled("[see `b`](https://example.org)") == [("text_link", "see b")]


def test_a_link_within_bold_keeps_both() -> None:
    assert _styled("**a [b](https://example.org)**") == [("bold", "a b"), ("text_link", "b")]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a b?q=1#x", "https://example.org/a%20b?q=1#x"),
        ("other.md", "https://blog.example.org/other.md"),
        ("https://例子.测试/路径", "https://xn--fsqu00a.xn--0zwm56d/%E8%B7%AF%E5%BE%84"),
    ],
)
def test_links_go_where_telegram_can_follow(url: str, address: str) -> None:
    assert [entity.url for entity in _page(f"[x](<{url}>)").text.entities] == [address]


@pytest.mark.parametrize(
    "url",
    ["#part", "other.txt", "http://localhost/x", "javascript:alert(1)", "mailto:a@example.org", "http://a", "https://"],
)
def test_a_link_nobody_could_follow_leaves_its_words(url: str) -> None:
    page = _page(f"see [words]({url})")
    assert page.text == Text("see words")


def test_file_names_are_code_so_that_they_do_not_become_links() -> None:
    assert _styled("run main.py and src/a.rs, not https://example.org/a.py or README.mdx") == [
        ("code", "main.py"),
        ("code", "src/a.rs"),
    ]


def test_headings_are_bold_and_great_ones_stand_apart() -> None:
    assert _shown("a\n\n# b\n\nc\n\n### d\n\ne") == "a\n\n\nb\n\nc\n\nd\n\ne"
    assert _styled("# b *c*") == [("bold", "b c"), ("italic", "c")]


def test_a_page_names_the_headings_that_begin_on_it() -> None:
    assert _page("# One\n\n## Two `x`").headings == ((1, "One", "one"), (2, "Two x", "two-x"))


def test_lists_show_true_numbers_nesting_and_tasks() -> None:
    source = "3. three\n4. four\n   - inner\n     - innermost\n\n     more\n\n- [ ] open\n- [x] done"
    assert _shown(source) == (
        "3. three\n4. four\n\u2003◦ inner\n\u2003\u2003▪ innermost\n\n\u2003\u2003more\n\n☐ open\n☑ done"
    )


def test_code_keeps_its_language_its_indentation_and_its_caption() -> None:
    page = _page('```go title="main.go"\nfunc f() {\n\treturn\n}\n```')
    assert page.text.text == "main.go\nfunc f() {\n    return\n}"
    assert [(entity.type, entity.language) for entity in page.text.entities] == [("bold", None), ("pre", "go")]


def test_code_in_a_list_begins_at_the_margin() -> None:
    assert _shown("- a\n\n  ```\n  x\n    y\n  ```") == "• a\n\nx\n  y"


def test_short_quotes_are_open_and_long_ones_collapse() -> None:
    assert _styled("> short") == [("blockquote", "short")]
    assert [kind for kind, _ in _styled("> " + "long words " * 40)] == ["expandable_blockquote"]


def test_a_quote_within_a_quote_is_marked_since_telegram_has_none() -> None:
    assert _styled("> a\n>\n> > b") == [("blockquote", "a\n\n> b")]


@pytest.mark.parametrize(
    ("source", "language", "shown"),
    [
        ("> [!NOTE]\n> text", "en", "Note\ntext"),
        ("> [!WARNING]\n> 文字", "zh", "警告\n文字"),
        ("> [!tip] Own title\n> text", "en", "Own title\ntext"),
        ("> [!custom-kind]\n> text", "en", "Custom kind\ntext"),
    ],
)
def test_callouts_have_a_title_in_the_posts_language(source: str, language: Language, shown: str) -> None:
    assert _shown(source, language) == shown


@pytest.mark.parametrize(
    ("source", "shown", "caption"),
    [
        ('![a cat](cat.png "Tom, 2024")', "[fig. 1] a cat · Tom, 2024", "Tom, 2024"),
        ('![a cat](cat.png "a cat on a mat")', "[fig. 1] a cat on a mat", "a cat on a mat"),
        ("![a cat](cat.png)", "[fig. 1] a cat", ""),
        ('![](cat.png "Tom")', "[fig. 1] Tom", "Tom"),
        ('<figure><img src="cat.png" alt="a cat"><figcaption>Tom</figcaption></figure>', "[fig. 1] a cat · Tom", "Tom"),
    ],
)
def test_an_image_is_described_and_titled(source: str, shown: str, caption: str) -> None:
    page = _page(source)
    (picture,) = page.pictures
    assert isinstance(picture, ImagePicture)
    assert (page.text.text, picture.caption.text) == (shown, caption)


def test_a_callout_is_a_quote_with_a_bold_title() -> None:
    assert _styled("> [!NOTE]\n> text") == [("blockquote", "Note\ntext"), ("bold", "Note")]


def test_details_are_a_bold_summary_over_a_collapsed_quote() -> None:
    assert _styled("<details><summary>More</summary>\n\nbody\n\n</details>") == [
        ("bold", "More"),
        ("expandable_blockquote", "body"),
    ]


def test_tables_align_by_what_a_character_takes_up() -> None:
    assert _shown("|名称|n|\n|-|-:|\n|中文|1|\n|ab|23|") == "名称   n\n────────\n中文   1\nab    23"
    assert _styled("|a|b|\n|-|-|\n|c|d|")[0][0] == "pre"


def test_formulas_and_note_marks_in_a_table_read_as_elsewhere() -> None:
    assert _shown("|$\\lambda_i$|b[^1]|\n|-|-|\n|x<sub>2</sub>|`c`|\n\n[^1]: n").split("\n")[:3] == [
        "λᵢ  b[1]",
        "────────",
        "x₂  c",
    ]


def test_a_table_wider_than_a_phone_becomes_records() -> None:
    source = "|名|说明|\n|-|-|\n|a|" + "很长的说明" * 5 + "|\n|b|x|"
    assert _shown(source, "zh") == "名 · 说明\n\n名：a\n说明：" + "很长的说明" * 5 + "\n\n名：b\n说明：x"
    assert _styled(source)[:2] == [("italic", "名 · 说明"), ("bold", "名")]


def test_a_records_colon_is_of_the_tables_language_and_not_of_its_readers() -> None:
    assert "名：a\n" in _shown("|名|说明|\n|-|-|\n|a|" + "很长的说明" * 5 + "|", "en")
    assert "loss：" in _shown("|loss|note|\n|-|-|\n|0.1|" + "很长的说明" * 5 + "|", "en")
    assert "name: a\n" in _shown("|name|note|\n|-|-|\n|a|" + "long words " * 5 + "|", "zh")


def test_a_table_with_links_becomes_records_whose_links_work() -> None:
    assert ("text_link", "c") in _styled("|a|b|\n|-|-|\n|[c](https://example.org)|d|")


def test_the_name_of_a_column_that_is_empty_throughout_is_still_read() -> None:
    assert "empty" in _shown("|" + "a" * 40 + "|empty|\n|-|-|\n|b||")


def test_footnotes_are_numbered_marks_with_their_text_at_the_end() -> None:
    assert _shown("a[^x] b[^y]\n\n[^y]: Second.\n[^x]: First.\n\n    More.\n") == (
        "a[1] b[2]\n\nNotes\n[1] First.\n\nMore.\n[2] Second."
    )


def test_definitions_have_a_bold_term() -> None:
    assert _shown("term\n: one\n: two") == "term\n\u2003one\n\u2003two"
    assert _styled("term\n: one") == [("bold", "term")]


def test_formulas_are_unicode_where_that_stays_true_and_code_where_not() -> None:
    assert _shown("$x^2 \\le \\mathbb{R}$") == "x² ≤ ℝ"
    assert _styled("a $\\begin{matrix}a & b\\\\c & d\\end{matrix}$") == [
        ("code", "\\begin{matrix}a & b\\\\c & d\\end{matrix}")
    ]


MATRIX = "\\begin{matrix}a & b\\\\c & d\\end{matrix}"


def test_displayed_formulas_that_need_drawing_are_numbered_in_their_place() -> None:
    page = _page(f"So\n\n$$x = 1$$\n\n$${MATRIX}$$\n\n$${MATRIX}$$\n\nend", "zh")
    assert page.text.text == "So\n\nx = 1\n\n〔式 1〕\n\n〔式 2〕\n\nend"
    assert page.pictures == (FormulaPicture(1, MATRIX), FormulaPicture(2, MATRIX))
    assert "[eq. 1]" in _shown(f"$${MATRIX}$$")


def test_a_formula_too_long_to_draw_is_shown_as_source() -> None:
    source = "a_1 + " * 700 + "b"
    pages = paginate(parse(f"$${source}$$"), language="en", resolve_link=_resolve)
    assert [page.pictures for page in pages] == [()] * len(pages)
    assert {entity.type for page in pages for entity in page.text.entities} == {"pre"}
    assert pages[0].text.text.startswith("a_1 + a_1")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("前文\n![图](a.png)\n后文", "前文\n〔图 1〕 图\n后文"),
        ("见![图](a.png)后文，![图](b.png)。", "见〔图 1〕 图 后文，〔图 2〕 图。"),
        ("一![](a.png)二\n三", "一〔图 1〕二三"),
        ("![图](https://example.org/a.png)\n*说明*", "〔图：图〕\n说明"),
    ],
)
def test_description_of_an_image_in_a_sentence_does_not_run_into_it(source: str, shown: str) -> None:
    (page,) = paginate(parse(source), language="zh", resolve_link=lambda url: None)

    assert page.text.text == shown


def test_local_images_are_numbered_and_remote_ones_linked() -> None:
    page = _page('![A cat](img/cat.png "The cat")\n\nsee ![](b.png)\n\n![far](https://example.org/c.png)', "zh")
    assert page.text.text == "〔图 1〕 A cat · The cat\n\nsee 〔图 2〕\n\n〔图：far〕"
    assert page.pictures == (
        ImagePicture(1, "img/cat.png", Text("The cat"), "A cat"),
        ImagePicture(2, "b.png", Text(""), ""),
    )
    assert [entity.url for entity in page.text.entities] == ["https://example.org/c.png"]


def test_no_more_than_200_pictures_are_asked_for_and_the_rest_is_text() -> None:
    pages = paginate(parse(f"$${MATRIX}$$\n\n" * 210), language="en", resolve_link=_resolve)
    assert sum(len(page.pictures) for page in pages) == 200
    assert sum(MATRIX in page.text.text for page in pages) > 0


def test_pictures_that_cannot_be_had_stay_text() -> None:
    tree = parse(f"$${MATRIX}$$\n\n![d](a.png)")
    (page,) = paginate(tree, language="en", resolve_link=_resolve, undrawable={MATRIX, "a.png"})
    assert page.pictures == ()
    assert page.text.text == f"{MATRIX}\n\n[image: d]"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("H<sub>2</sub>O", "H₂O"),
        ("x<sup>n+1</sup>", "xⁿ⁺¹"),
        ("x<sup>Q</sup>", "x^Q"),
        ("x<sub>best fit</sub>", "x_(best fit)"),
        ("a\nb", "a b"),
        ("中\n文", "中文"),
        ("a  \nb", "a\nb"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        ("- a\n\n  b", "• a\n\n\u2003b"),
        ("Tab\there", "Tab here"),
    ],
)
def test_small_things_read_well(source: str, shown: str) -> None:
    assert _shown(source) == shown


def test_a_post_without_words_is_one_empty_page() -> None:
    assert paginate(parse(""), language="en", resolve_link=_resolve) == [Page(Text(""))]


def test_keys_side_by_side_stay_two_keys() -> None:
    keys = "<kbd>Ctrl</kbd><kbd>Alt</kbd>"
    assert _shown(keys) == "Ctrl Alt"
    assert _styled(keys) == [("code", "Ctrl"), ("code", "Alt")]
    assert _shown(f"|a|b|\n|-|-|\n|x|{keys}|").endswith("x  Ctrl Alt")


def test_a_lowered_letter_without_a_sign_of_its_own_is_told_from_the_next() -> None:
    assert _shown("O(log<sub>d</sub>N) and log<sub>2</sub>n") == "O(log_d N) and log₂n"
    assert _shown("x<sub>d</sub>, y<sub>d</sub>\n\nnext") == "x_d, y_d\n\nnext"


def test_chinese_words_in_a_small_script_are_no_index() -> None:
    assert _shown("甲 <sub>(微信赞赏码)</sub> 2<sup>n − 1</sup>", "zh") == "甲 (微信赞赏码) 2^(n − 1)"
