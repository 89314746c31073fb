"""Which posts are near: by title, headings, categories and tags before the words of texts."""

from bot.search.document import SearchFields, index_row
from bot.search.nearness import Names, names_of, nearness


def names(title: str, **fields: tuple[str, ...]) -> Names:
    row = index_row(SearchFields(title, "", file_name="index.md", **fields))  # type: ignore[arg-type]
    return names_of(row.title, row.labels)


def test_little_words_questions_and_the_name_of_the_file_name_no_post() -> None:
    found = names("What is the 感受野，为什么", headings=("How to 用",))

    assert (found.title, found.labels) == (("感受", "受野"), ())


def test_a_title_weighs_more_than_a_heading_and_a_heading_more_than_a_text() -> None:
    own = names("Low rank", headings=("Adapters",))
    others = {
        1: names("A rank of numbers"),
        2: names("Numbers", headings=("Of rank",)),
        3: names("Numbers again"),
        4: names("Numbers at last"),
        5: names("Adapters"),
    }

    near = nearness(own, others, {"low": 1.0, "rank": 1.0}, {"rank": {1, 2, 3}}, 5)

    assert near[1] > near[2] > near[3] > near[4] == 0
    assert near[5] > near[3]
