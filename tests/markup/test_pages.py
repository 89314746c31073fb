"""Pages: cut where a reader would cut, within every limit, nothing lost between them."""

import pytest

from bot.domain.message import MAX_ENTITIES, MAX_TEXT_UNITS, utf16_length
from bot.markup.classic import MAX_ALBUM, Page, paginate
from bot.markup.parse import parse
from tests.markup.reference import in_order, lost, words, words_of_pages
from tests.markup.telegram import faults


def _pages(source: str, first_room: tuple[int, int] = (0, 0), room: tuple[int, int] = (0, 0)) -> list[Page]:
    pages = paginate(parse(source), language="en", resolve_link=lambda _: None, first_room=first_room, room=room)
    assert [fault for page in pages for fault in faults(page.text)] == []
    return pages


def _texts(source: str) -> list[str]:
    return [page.text.text for page in _pages(source)]


def test_paragraphs_that_fit_a_page_stay_whole() -> None:
    paragraphs = [f"{number} " + "word " * 250 + "end" for number in range(12)]
    pages = _texts("\n\n".join(paragraphs))
    assert "\n\n".join(pages).split("\n\n") == paragraphs


def test_a_heading_goes_with_what_follows_it() -> None:
    pages = _texts("word " * 780 + "\n\n## Next\n\n" + "text " * 100)
    assert pages[1].startswith("Next\n\ntext")


@pytest.mark.parametrize("line", ["as follows:", "as follows：", "**as follows:**"])
def test_what_a_colon_announces_is_on_its_page(line: str) -> None:
    pages = _texts("word " * 780 + f"\n\n{line}\n\n```\n" + "code " * 100 + "\n```")
    assert pages[1].startswith("as follows")


def test_a_long_list_is_cut_between_items_and_its_numbers_stay_true() -> None:
    pages = _texts("\n".join(f"{number}. item " + "word " * 10 for number in range(1, 200)))
    firsts = [page.split(".")[0] for page in pages]
    assert len(pages) > 2
    assert all(first.isdigit() for first in firsts)
    assert [line.split(".")[0] for page in pages for line in page.split("\n")] == [
        str(number) for number in range(1, 200)
    ]


def test_a_long_code_block_is_cut_between_lines_and_reopened_with_its_language() -> None:
    lines = [f"    value_{number} = {number}" for number in range(600)]
    pages = _pages("```py\n" + "\n".join(lines) + "\n```")
    assert len(pages) > 2
    for page in pages:
        (entity,) = page.text.entities
        assert (entity.type, entity.language) == ("pre", "python")
        assert (entity.offset, entity.length) == (0, utf16_length(page.text.text))
    assert "\n".join(page.text.text for page in pages).split("\n") == lines


def test_a_long_quote_goes_on_as_a_quote() -> None:
    pages = _pages("> " + "Sentence one. " * 600)
    assert [[entity.type for entity in page.text.entities] for page in pages] == [["expandable_blockquote"]] * 3


def test_a_long_paragraph_is_cut_after_a_sentence() -> None:
    assert all(page.endswith(".") for page in _texts("Some words here. " * 500))
    assert all(page.endswith("。") for page in _texts("这里有一些字。" * 1200))


def test_a_paragraph_without_sentences_is_cut_between_words() -> None:
    given = ["longish-word"] * 900
    assert " ".join(_texts(" ".join(given))).split() == given


def test_a_word_longer_than_a_page_is_cut_between_graphemes() -> None:
    family = "👨‍👩‍👧‍👦"
    for page in _texts(family * 900):
        assert page == family * (len(page) // len(family))


def test_a_formula_is_never_cut() -> None:
    pages = _pages("word $a_{1} + b_{2}$ " * 500)
    assert all(page.text.text.count("a₁ + b₂") == page.text.text.count("a₁") for page in pages)
    assert sum(page.text.text.count("a₁ + b₂") for page in pages) == 500


def test_a_page_has_at_most_a_hundred_entities_and_none_is_lost() -> None:
    pages = _pages(" ".join(f"**b{number}** and" for number in range(450)))
    assert [len(page.text.entities) for page in pages] == [100, 100, 100, 100, 50]


def test_a_page_has_at_most_one_album_and_pictures_stay_by_their_marks() -> None:
    pages = _pages("\n\n".join(f"text\n\n![d](p{number}.png)" for number in range(25)))
    assert [len(page.pictures) for page in pages] == [MAX_ALBUM, MAX_ALBUM, 5]
    for page in pages:
        assert all(f"[fig. {picture.number}]" in page.text.text for picture in page.pictures)


def test_headings_are_told_by_the_page_they_begin_on() -> None:
    pages = _pages("\n\n".join(f"# Part {number}\n\n" + "word " * 300 for number in range(9)))
    assert [title for page in pages for _, title, _ in page.headings] == [f"Part {number}" for number in range(9)]
    for page in pages:
        assert all(title in page.text.text for _, title, _ in page.headings)


@pytest.mark.parametrize("room", [(0, 0), (300, 4), (1500, 40)])
def test_room_is_left_for_header_and_footer(room: tuple[int, int]) -> None:
    source = "\n\n".join("**b** `c` words 😀 " * 12 for _ in range(60))
    pages = _pages(source, first_room=(2000, 60), room=room)
    for number, page in enumerate(pages):
        units, entities = room if number else (2000, 60)
        assert utf16_length(page.text.text) <= MAX_TEXT_UNITS - units
        assert len(page.text.entities) <= MAX_ENTITIES - entities
    assert not lost(source, pages)


def test_characters_beyond_the_basic_plane_count_two() -> None:
    pages = _pages("😀 " * 5000)
    assert all(utf16_length(page.text.text) <= MAX_TEXT_UNITS for page in pages)
    assert sum(page.text.text.count("😀") for page in pages) == 5000


def test_a_table_of_many_rows_is_cut_between_rows() -> None:
    head = "| name | value |\n|---|---|\n"
    pages = _texts(head + "".join(f"| row {number} | {number * 7} |\n" for number in range(700)))
    rows = [line for page in pages for line in page.split("\n")][2:]
    assert [line.split()[:2] for line in rows] == [["row", str(number)] for number in range(700)]


def test_nothing_is_lost_or_moved_between_pages() -> None:
    source = "\n\n".join(
        f"## Part {number}\n\nText **bold {number}** and `code{number}`.\n\n- one\n- two\n  - three\n\n> quote {number}"
        for number in range(120)
    )
    pages = _pages(source)
    assert len(pages) > 2
    assert in_order(words(source), words_of_pages(pages))
