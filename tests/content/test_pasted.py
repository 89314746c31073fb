"""What was pasted into a chat becomes the Markdown that it was."""

from bot.content.frontmatter import read_front_matter
from bot.content.pasted import mend_dashes, rebuild
from bot.domain.message import Entity, utf16_length


def entity(text: str, part: str, kind: str, **more: str) -> Entity:
    return Entity(kind, utf16_length(text[: text.index(part)]), utf16_length(part), **more)


def test_marks_that_the_app_swallowed_come_back() -> None:
    text = "😀 bold, italic, gone, code and a link"
    entities = [
        entity(text, "bold", "bold"),
        entity(text, "italic", "italic"),
        entity(text, "gone", "strikethrough"),
        entity(text, "code", "code"),
        entity(text, "link", "text_link", url="https://example.com/a"),
    ]

    assert rebuild(text, entities) == "😀 **bold**, *italic*, ~~gone~~, `code` and a [link](https://example.com/a)"


def test_marks_inside_marks_are_closed_in_order() -> None:
    text = "all of it"
    entities = [entity(text, "all of it", "bold"), entity(text, "of it", "italic")]

    assert rebuild(text, entities) == "**all *of it***"


def test_marks_stand_at_words_and_not_at_spaces_or_over_lines() -> None:
    text = "one two \nthree"

    assert rebuild(text, [entity(text, " two \nthree", "bold")]) == "one **two** \n**three**"


def test_a_code_block_gets_its_fence_and_language() -> None:
    text = "before\nx = 1\ny = 2\nafter"

    made = rebuild(text, [entity(text, "x = 1\ny = 2", "pre", language="python")])

    assert made == "before\n```python\nx = 1\ny = 2\n```\nafter"


def test_code_that_holds_a_backtick_keeps_it() -> None:
    assert rebuild("a`b", [Entity("code", 0, 3)]) == "``a`b``"


def test_a_quote_gets_its_marks_on_every_line() -> None:
    text = "he said\nno\nand yes\nthen"

    assert rebuild(text, [entity(text, "no\nand yes", "blockquote")]) == "he said\n> no\n> and yes\nthen"


def test_dashes_that_a_phone_made_of_rules_open_the_front_matter_again() -> None:
    text = mend_dashes("—-\ntitle: LoRA\n—-\na — b\n——\n")

    assert read_front_matter("a.md", text).values == {"title": "LoRA"}
    assert "a — b" in text
    assert text.endswith("\n---\n")


def test_links_the_app_found_by_itself_change_nothing() -> None:
    text = "see example.com and #tag"

    assert rebuild(text, [entity(text, "example.com", "url"), entity(text, "#tag", "hashtag")]) == text
