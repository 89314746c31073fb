"""The web page: everything of a post as HTML that a browser may be shown."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup import html
from bot.markup.html_inlines import MAX_FORMULA_CHARACTERS, MAX_FORMULAS
from bot.markup.parse import parse


def rendered(source: str, **options: Any) -> str:
    defaults: dict[str, Any] = {
        "language": "en",
        "resolve_link": lambda url: None,
        "resolve_image": lambda source: None,
    }
    return html.render(parse(source), **(defaults | options))


class Seen(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def test_formulas_are_mathml() -> None:
    page = rendered("so $x^2$\n\n$$\n\\begin{aligned} a &= b \\\\ &= c \\end{aligned}\n$$\n")

    assert '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>' in page
    assert '<div class="formula"><math display="block">' in page


def test_each_formula_stands_in_its_own_place() -> None:
    page = rendered(
        "| $a$ | $b$ |\n|---|---|\n| $c$ | $d$ |\n\n"
        "<details><summary>$e$</summary>$f$</details>\n\n![$g$](a.png)[^1]\n\n[^1]: $h$"
    )

    assert re.findall("<mi>(.)</mi>", page) == list("abcdefh")


def test_formulas_past_the_most_a_page_draws_are_text() -> None:
    page = rendered(" ".join(["$x^2$"] * (MAX_FORMULAS + 1)) + "\n\n$$\ny^2\n$$")

    assert page.count("<math") == MAX_FORMULAS
    assert page.endswith(' x²</p><pre><code class="language-latex">y^2</code></pre>')


def test_a_page_draws_so_many_characters_of_formulas() -> None:
    long = "x" + "+x" * 1_500
    most = MAX_FORMULA_CHARACTERS // len(long)

    page = rendered(f"${long}$ " * (most + 5))

    assert page.count("<math") == most


def test_a_formulas_words_stay_words_and_its_links_and_styles_are_left_out() -> None:
    page = rendered(r"$\text{<script>alert(1)</script>} \href{javascript:alert(1)}{x} \color{red\" onclick=\"x}{y}$")

    assert {name for _, attributes in Seen(page).tags for name in attributes} <= {"display", "mathcolor"}
    assert Seen(page).named("script") == []


def test_formula_that_is_not_understood_is_shown_as_source() -> None:
    page = rendered("$\\mystery{x}$\n\n$$\n\\mystery{y}\n$$\n")

    assert "<code>\\mystery{x}</code>" in page
    assert '<pre><code class="language-latex">\\mystery{y}</code></pre>' in page


def test_blocks_of_every_kind_are_there() -> None:
    page = rendered(
        "# T\n\n- [x] done\n\n3. three\n\n> quote\n\n> [!NOTE]\n> body\n\n|a|b|\n|:-|-:|\n|1|2|\n\n"
        "```py\nx < 1\n```\n\n---\n\n<details><summary>s</summary>\n\nd\n\n</details>\n\nterm\n: meaning\n\n"
        "said[^1]\n\n[^1]: note\n"
    )

    assert '<h1 id="t">T</h1>' in page
    assert '<input type="checkbox" disabled="" checked="">' in page
    assert '<ol start="3"><li>three</li></ol>' in page
    assert "<blockquote><p>quote</p></blockquote>" in page
    assert '<aside class="callout note"><p><strong>Note</strong></p><p>body</p></aside>' in page
    assert '<th align="left">a</th><th align="right">b</th>' in page
    assert '<pre><code class="language-python">x &lt; 1</code></pre>' in page
    assert "<hr>" in page
    assert "<details><summary>s</summary><p>d</p></details>" in page
    assert "<dt>term</dt><dd>meaning</dd>" in page
    assert 'href="#note-1"' in page
    assert '<li id="note-1">note' in page


def test_links_and_images_are_resolved_or_leave_their_text() -> None:
    page = rendered(
        "[a](a.md) [b](b.md) ![c](c.png) ![d](d.png) ![e](https://example.org/e.png)",
        resolve_link={"a.md": "https://example.org/a"}.get,
        resolve_image={"c.png": "data:image/png;base64,AAAA"}.get,
    )
    seen = Seen(page)

    assert [link["href"] for link in seen.named("a")] == ["https://example.org/a"]
    assert [image["src"] for image in seen.named("img")] == ["data:image/png;base64,AAAA", "https://example.org/e.png"]
    assert "b" in seen.words
    assert "[image: d]" in seen.words


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>x",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](javascript:alert(1))",
        "$\\text{<script>alert(1)</script>}$",
        "$\\href{javascript:alert(1)}{x}$",
        "$$\n\\unicode{x3c}script\\unicode{x3e}\n$$",
        '```"><script>alert(1)</script>\nx\n```',
        '> [!"><script>alert(1)</script>]\n> x',
        '# <a id="x" onclick="alert(1)">y</a>',
        "<details open ontoggle=alert(1)><summary>s</summary>x</details>",
        "<style>body{display:none}</style>x",
        "<iframe src=//example.org></iframe>x",
    ],
)
def test_hostile_markup_is_harmless(source: str) -> None:
    echo = {"resolve_link": lambda url: url, "resolve_image": lambda source: source}

    seen = Seen(rendered(source, **echo))

    assert not {"script", "style", "iframe", "object", "form"} & {tag for tag, _ in seen.tags}
    for _, attributes in seen.tags:
        assert not any(name.startswith("on") for name in attributes)
        for value in (attributes.get("href"), attributes.get("src")):
            assert not (value or "").lower().startswith(("javascript:", "data:text", "vbscript:"))


@given(st.text(alphabet="<>&\"'/=abc$\\{}^_[]()!#*-\n `", max_size=120))
def test_any_text_gives_only_tags_that_are_allowed(source: str) -> None:
    seen = Seen(rendered(source))

    assert not {"script", "style", "iframe", "object", "form"} & {tag for tag, _ in seen.tags}
    assert not any(name.startswith("on") for _, attributes in seen.tags for name in attributes)
