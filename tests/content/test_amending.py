"""One value of front matter set, in every form of it, and nothing else touched."""

import pytest

from bot.content.amending import amend
from bot.content.frontmatter import read_front_matter
from bot.content.problems import ContentError

FORMS = {
    "yaml": "---\n# note\ntitle: 'A'\ncategory: x\ncategories:\n  - x\n  - y\n\ntags: [a,\n  b]\n---\n\n  body\n",
    "toml": '+++\ntitle = "A"\ncategories = [\n  "x",\n]\n\n[extra]\nn = "1"\n+++\nbody\n',
    "json": '{\n  "title": "A",\n  "categories": ["x"]\n}\nbody\n',
    "semicolons": ';;;\n"title": "A",\n"categories": ["x"]\n;;;\nbody\n',
    "no opening mark": "title: A\ncategories: x\n---\nbody\n",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_key_is_changed_and_the_rest_stays(form: str) -> None:
    before = read_front_matter("a.md", form)

    made = amend("a.md", form.encode(), "categories", ("Large Model", 'a "b"'), aliases=("category",)).decode()

    after = read_front_matter("a.md", made)
    assert after.values["categories"] == ["Large Model", 'a "b"']
    rest = {key: value for key, value in before.values.items() if key not in {"categories", "category"}}
    assert {key: value for key, value in after.values.items() if key != "categories"} == rest
    assert after.body == before.body
    assert made.split("\n", 1)[0] == form.split("\n", 1)[0]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_key_is_added(form: str) -> None:
    made = amend("a.md", amend("a.md", form.encode(), "draft", True), "date", "2026-11-22T09:00+08:00").decode()

    after = read_front_matter("a.md", made)
    assert after.values == read_front_matter("a.md", form).values | {"draft": "true", "date": "2026-11-22T09:00+08:00"}


def test_only_the_line_of_the_key_differs() -> None:
    form = FORMS["yaml"].replace("category: x\n", "")

    made = amend("a.md", form.encode(), "categories", ("z",)).decode()

    assert made == form.replace("categories:\n  - x\n  - y\n", 'categories: ["z"]\n')


def test_a_text_without_front_matter_gets_some() -> None:
    assert amend("a.md", b"# Title\n", "draft", True) == b"---\ndraft: true\n---\n\n# Title\n"


def test_front_matter_that_cannot_be_set_safely_is_left_alone() -> None:
    flow = b"---\n{title: A, draft: false}\n---\nbody\n"

    with pytest.raises(ContentError) as raised:
        amend("a.md", flow, "draft", True)

    assert raised.value.problem.code == "not-rewritable"


def test_the_same_value_twice_changes_nothing_more() -> None:
    once = amend("a.md", FORMS["yaml"].encode(), "slug", "lora")

    assert amend("a.md", once, "slug", "lora") == once
