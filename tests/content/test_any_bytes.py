"""Whatever the bytes: no exception, and every problem has a known code and a line of the file."""

import json
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from bot.content.document import read_document
from bot.content.images import check_image
from bot.content.problems import Code, ContentError
from bot.content.section import read_section
from bot.domain.post import Document
from bot.domain.problem import Problem

SHANGHAI = ZoneInfo("Asia/Shanghai")
KEYS = ["title", "date", "draft", "tags", "categories", "slug", "url", "aliases", "cover", "lang", "pin", "weight"]
KEYS += ["published", "publishDate", "lastmod", "summary", "permalink", "images", "taxonomies", "x"]

marks = st.sampled_from(
    ["---\n", "+++\n", ";;;\n", "...\n", "{", "}", "[", "]", ": ", " = ", "- ", '"', "'", "#", "\\", "\t", "  "]
)
pieces = st.one_of(
    marks,
    st.sampled_from(
        ["\n", "|\n", ">\n", "&a ", "*a", "!!b ", "? ", "，", "：", "2024-13-01", "2024年5月1日 9:00", "~", "\u2028"]
    ),
    st.sampled_from(KEYS).map(lambda key: f"\n{key}: "),
    st.sampled_from(KEYS).map(lambda key: f'\n"{key}": '),
    st.sampled_from(KEYS).map(lambda key: f"\n{key} = "),
    st.text(max_size=12),
)
texts = st.tuples(st.sampled_from(["---\n", "+++\n", ";;;\n", "{", ""]), st.lists(pieces, max_size=40)).map(
    lambda parts: parts[0] + "".join(parts[1])
)


def check(path: str, data: bytes) -> None:
    document, problems = read_document(path, data, zone=SHANGHAI, zone_is_assumed=True)
    section, others = read_section(path, data)
    del section
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for problem in (*problems, *others):
        assert isinstance(problem, Problem)
        assert problem.code in set(Code)
        assert 0 <= problem.line <= lines
        assert set(problem.facts) == Code(problem.code).facts
        str(problem).encode()
    if document is not None:
        assert document.slug
        assert document.body_line <= lines
        storable(document)


def storable(document: Document) -> None:
    """What PostgreSQL and a JSON file take: no NUL, no half of a surrogate pair."""
    lists = (document.tags, document.categories, document.aliases, document.other_names)
    texts = (document.title, document.body, document.slug, document.summary, document.cover, document.language)
    said = json.dumps([lists, texts, document.extra], ensure_ascii=False)
    said.encode()
    assert "\\u0000" not in said
    for moment in (document.date, document.updated, document.expires, document.not_before):
        assert moment is None or moment.utcoffset() is not None


@given(st.binary(max_size=400))
@example(b"---\n\xff\xfe\n---\n")
@example(b"---\n? \n---\n")
@example(b"+++\n=\n+++\n")
def test_any_bytes_make_a_post_or_a_problem(data: bytes) -> None:
    check("notes/a.md", data)


@given(texts)
def test_any_front_matter_makes_a_post_or_a_problem(text: str) -> None:
    check("notes/a.md", text.encode("utf-8", errors="surrogatepass"))


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.text(max_size=30)), max_size=8))
def test_any_values_make_a_post_or_a_problem(pairs: list[tuple[str, str]]) -> None:
    check(
        "a.md",
        ("---\n" + "".join(f"{key}: {value}\n" for key, value in pairs) + "---\nText\n").encode("utf-8", "ignore"),
    )


@given(st.text(min_size=1, max_size=60))
def test_any_path_makes_a_slug(path: str) -> None:
    document, _ = read_document(path, b"Text", zone=SHANGHAI)
    assert document is None or document.slug


@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF0000WEBPVP8X", b""]),
    st.binary(max_size=80),
)
def test_any_image_is_described_or_refused(start: bytes, data: bytes) -> None:
    try:
        facts = check_image("a.png", start + data)
    except ContentError as error:
        code = error.problem.code
    else:
        code = None
        assert 0 < facts.width + facts.height <= 10_000
    assert code in {None, "image-type", "image-broken", "image-too-wide"}


@given(st.text(max_size=300))
def test_a_text_without_front_matter_is_kept_letter_by_letter(text: str) -> None:
    text = "Text. " + "".join(character for character in text if character.isprintable() or character == "\n")
    document, _ = read_document("notes/a.md", text.encode(), zone=SHANGHAI)
    assert document
    assert document.body == text
