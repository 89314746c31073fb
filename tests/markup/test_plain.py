"""Plain text of a post: what search looks in, its outline, the time it takes."""

from bot.markup.parse import parse
from bot.markup.plain import first_heading, outline, reading_minutes, search_text, text

POST = """# 标题 `code`

Words **bold** and [link](https://example.org) $E=mc^2$ word[^1]

> [!TIP] Hint
> Inside

```py title="main.py"
print("x")
```

$$\\alpha$$

![a cat](cat.png "the cat")

| h | i |
|---|---|
| j | k |

term
: meaning

- item
  1. inner

## 第二

[^1]: The note.
"""


def test_search_text_holds_everything_a_person_could_remember() -> None:
    found = search_text(parse(POST))
    assert found.headings == "标题 code\n第二"
    for words in (
        "Words bold and link E=mc^2 word",
        "Hint",
        "Inside",
        "main.py",
        'print("x")',
        "\\alpha",
        "a cat",
        "the cat",
        "h i",
        "j k",
        "term",
        "meaning",
        "item",
        "inner",
        "The note.",
    ):
        assert words in found.body.split("\n")


def test_plain_text_keeps_headings_in_their_place() -> None:
    assert text(parse("a\n\n# b\n\nc")) == "a\nb\nc"


def test_the_outline_names_every_heading_wherever_it_stands() -> None:
    tree = parse("# A\n\n> ## B\n\n- ### C")
    assert outline(tree) == ((1, "A", "a"), (2, "B", "b"), (3, "C", "c"))


def test_the_title_is_the_first_heading_of_level_one() -> None:
    assert first_heading(parse("## Small\n\n# *Great* one\n\n# Other")) == "Great one"
    assert first_heading(parse("## Small")) is None


def test_reading_takes_a_minute_for_400_characters_or_220_words() -> None:
    assert reading_minutes(parse("")) == 1
    assert reading_minutes(parse("字" * 4000)) == 10
    assert reading_minutes(parse("word " * 2200)) == 10
    assert reading_minutes(parse("字" * 2000 + " word" * 1100)) == 10


def test_code_and_formulas_take_time_but_not_by_the_word() -> None:
    code = "```\n" + "a b c d e f g h i j\n" * 200 + "```"
    assert 4 <= reading_minutes(parse(code)) <= 6
    assert reading_minutes(parse("$$x$$\n\n" * 30)) == 4
