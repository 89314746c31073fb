"""What one post puts into the index."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.document import (
    MAX_INDEXED_BYTES,
    MAX_SPELLING_BYTES,
    SearchFields,
    category_token,
    index_row,
    tag_token,
    typed_key,
    words_of,
)


def test_everything_a_reader_could_remember_is_in_the_index() -> None:
    row = index_row(
        SearchFields(
            title="LoRA：低秩适配",
            body="正文 W + BA",
            headings=["推导"],
            categories=[("Large Model", "Tuning")],
            tags=[("memory",)],
            other_names=["low rank"],
            file_name="lora-notes.md",
            source="[link](https://example.org/peft.html)",
        )
    )

    for token in ("lora", "低秩", "rank"):
        assert f" {token} " in row.title
    for token in ("推导", "tuning", "memory", "loranotes"):
        assert f" {token} " in row.labels
    for token in ("正文", "ba", "peft", "example"):
        assert f" {token} " in row.body


def test_a_post_carries_its_topics_by_name_and_by_path_in_either_script() -> None:
    row = index_row(SearchFields("x", "", categories=[("机器学习", "自然語言")], tags=[("model", "lora")]))

    for name in ("机器学习", "機器學習", "自然语言", "机器学习/自然語言"):
        assert f" {category_token(typed_key(name))} " in row.labels
    for name in ("model", "LoRA", "model/lora"):
        assert f" {tag_token(typed_key(name))} " in row.labels


def test_a_phrase_does_not_run_from_one_heading_into_the_next() -> None:
    row = index_row(SearchFields("x", "", headings=["deep", "learning"]))

    assert " deep learning " not in row.labels


def test_a_summary_is_text_before_the_body_that_no_phrase_runs_out_of() -> None:
    row = index_row(SearchFields("x", "learning rates", summary="All that is deep"))

    assert " is deep " in row.body
    assert " deep learning " not in row.body
    assert row.body.index(" deep ") < row.body.index(" learning ")


def test_a_huge_post_of_unique_words_stays_within_what_postgresql_takes() -> None:
    words = " ".join(f"w{number}x-y{number}Zq" for number in range(60_000))
    row = index_row(SearchFields(words, words, headings=[words], source=words, summary=words))

    assert len((row.title + row.labels + row.body).encode()) < 1_048_576 - 100_000
    assert len(row.body.encode()) <= 2 * (MAX_INDEXED_BYTES + MAX_SPELLING_BYTES)


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
def test_token_strings_are_padded_and_parted_by_single_spaces(text: str) -> None:
    row = index_row(SearchFields(text, text, headings=[text], source=text, summary=text))

    for tokens in (row.title, row.labels, row.body):
        assert tokens == "" or tokens == f" {' '.join(tokens.split())} "
        assert "\x00" not in tokens


def test_words_are_those_that_people_mistype() -> None:
    assert words_of(" lora 注意 c++ at qwen2 attention ") == {"lora", "attention"}


@pytest.mark.parametrize("text", ["3" * 200_000, "aB" * 100_000, "19." * 66_000, "x²" * 50_000])
def test_a_post_that_is_one_long_word_is_indexed_in_no_time(text: str) -> None:
    start = process_time()

    index_row(SearchFields("Digits of π", text))

    # Begun anew at each digit, or each capital, it would take minutes.
    assert process_time() - start < 5
