"""A category's page: names and descriptions in both languages, an order."""

from bot.content.section import merge_sections, read_section
from bot.domain.post import Section


def section(text: str, path: str = "nlp/_index.md") -> Section:
    found, problems = read_section(path, text.encode())
    assert not problems
    assert found
    return found


def test_a_section_names_its_folders_category() -> None:
    text = "---\ntitle: NLP\ntitle_zh: 自然语言处理\ntitle_en: Language\ndescription: Words.\nweight: 20\n---\n"
    assert section(text) == Section(
        folder="nlp",
        name="nlp",
        title="NLP",
        title_zh="自然语言处理",
        title_en="Language",
        description="Words.",
        weight=20,
    )


def test_a_page_in_each_language_makes_one_section() -> None:
    chinese = section("---\ntitle: 语言\nweight: 3\n---\n", "nlp/_index.zh.md")
    english = section("---\ntitle: Language\ndescription: Words.\n---\n", "nlp/_index.en.md")
    assert merge_sections([chinese, english]) == {
        "nlp": Section("nlp", "nlp", "语言", "语言", "Language", "Words.", None, "Words.", 3),
    }


def test_a_page_may_say_in_each_language_what_its_category_is_about() -> None:
    found = section("---\ntitle: NLP\ndescription_zh: 词元与位置\ndescription_en: Tokens and positions\n---\n")
    assert (found.description_zh, found.description_en) == ("词元与位置", "Tokens and positions")


def test_sections_nest_and_the_top_has_one() -> None:
    assert section("---\ntitle: x\n---\n", "a/b c/_index.md").name == "b c"
    assert section("---\ntitle: x\n---\n", "_index.md").folder == ""


def test_a_section_needs_neither_front_matter_nor_text() -> None:
    assert section("") == Section("nlp", "nlp")
    assert section("Some words.\n") == Section("nlp", "nlp")


def test_a_bad_value_costs_itself_and_a_bad_block_the_section() -> None:
    kept, problems = read_section("nlp/_index.md", b"---\ntitle: x\nweight: heavy\n---\n")
    assert kept
    assert [(problem.line, problem.code) for problem in problems] == [(3, "number-expected")]
    lost, problems = read_section("nlp/_index.md", b"---\ntitle: a: b\n---\n")
    assert lost is None
    assert [(problem.line, problem.code) for problem in problems] == [(2, "value-needs-quotes")]
