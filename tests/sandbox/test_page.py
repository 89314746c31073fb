"""The chat page: one file that asks nothing of any other machine and knows the server it comes from."""

import re
from importlib.resources import files

import pytest
from starlette.routing import Match

from bot.sandbox.faults import KINDS
from bot.sandbox.formulas import mathml
from bot.sandbox.server import create_app, create_world
from tests.sandbox.conftest import Client

PAGE = (files("bot.sandbox") / "page.html").read_text("utf-8")
SCRIPT = PAGE.partition("<script>")[2].partition("</script>")[0]


async def test_page_may_load_and_call_nothing_but_its_own_server(client: Client) -> None:
    async with client.session.get(f"{client.server.base_url}/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.status == 200
        assert await answer.text() == PAGE

    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_page_names_no_other_machine() -> None:
    hosts = set(re.findall(r"https?://([\w.-]+)", PAGE))

    # Namespaces of XML, which nothing fetches.
    assert hosts <= {"www.w3.org"}
    assert re.findall(r"<(?:link|script|img|iframe)[^>]+(?:src|href)=[\"'](?!data:)", PAGE) == []


def test_page_never_turns_text_into_markup() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", SCRIPT)


def test_page_says_everything_in_both_languages() -> None:
    chinese, english = (
        set(re.findall(r"(?:^|[\s{])(\w+): \"", part))
        for part in SCRIPT.partition("const T = zh ? {")[2].partition("};\n")[0].split("} : {")
    )

    assert chinese == english
    assert set(re.findall(r"\bT\.(\w+)", SCRIPT)) <= chinese
    assert {name for name in chinese if not re.search(rf"\bT\.{name}\b", SCRIPT)} <= {"group", "supergroup", "channel"}


def test_faults_of_the_page_are_faults_of_the_server() -> None:
    ordered = re.findall(r'call\("/faults", \{ kind: "(\w+)"', SCRIPT)

    assert len(ordered) >= 4
    assert set(ordered) <= set(KINDS)


def test_page_finds_every_element_it_asks_for() -> None:
    asked = set(re.findall(r"\$\(\"([\w-]+)\"\)", SCRIPT)) | set(re.findall(r"label\(\"([\w-]+)\"", SCRIPT))

    assert asked - set(re.findall(r'id="([\w-]+)"', PAGE)) == set()


def test_page_reads_all_again_after_a_restart_and_what_is_older_when_scrolled_up() -> None:
    assert 'stream.addEventListener("reset"' in SCRIPT
    assert "&before=" in SCRIPT


@pytest.mark.parametrize("path", sorted(set(re.findall(r"call\([\"`](/[^\"`?]+)", SCRIPT))))
def test_page_calls_routes_that_exist(path: str) -> None:
    concrete = "/sandbox" + re.sub(r"\$\{[^}]+\}", "1", path)
    routes = create_app(create_world()).routes
    found = [route.matches({"type": "http", "path": concrete, "method": "POST"})[0] for route in routes]

    # Partial: the path is known, by another verb.
    assert {Match.FULL, Match.PARTIAL} & set(found), concrete


@pytest.mark.parametrize(("language", "expected"), [("zh-hans", "最新"), ("zh", "最新"), ("en-gb", "Latest")])
async def test_menu_of_a_person_goes_by_the_first_two_letters_of_their_language(
    client: Client, language: str, expected: str
) -> None:
    for code, description in (("", "Latest"), ("zh", "最新")):
        commands = [{"command": "latest", "description": description}]
        await client.ok("setMyCommands", commands=commands, language_code=code)
        await client.ok("setMyDescription", description=description, language_code=code)
    person = await client.control("POST", "people", first_name="Yu", language_code=language)

    menu = await client.control("GET", f"chats/{person['id']}/menu?user_id={person['id']}")
    profile = await client.control("GET", f"people/{person['id']}/profile")

    assert menu["commands"] == [{"command": "latest", "description": expected}]
    assert profile["description"] == expected


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", "<mtd"),
        (r"\begin{gathered} a \\ b \end{gathered}", "<mtr>"),
        (r"\bigl\lVert x \bigr\rVert^2", ">‖</mo>"),
        (r"\Bigl| x \Bigr|", ">|</mo>"),
        (r"x < y", "&lt;"),
    ],
)
def test_formulas_of_posts_are_typeset(source: str, inside: str) -> None:
    written = mathml(source, display=True)

    assert written is not None
    assert inside in written
    assert "<mi>&amp;</mi>" not in written


def test_formula_with_an_unknown_command_stays_source() -> None:
    assert mathml(r"\frobnicate{x}") is None


def test_label_of_an_arrow_is_as_wide_as_it_is_drawn() -> None:
    """MathML Core knows no sizes relative to the content, so the label would lie over what follows."""
    written = mathml(r"a \xrightarrow[x]{B \to \infty} b", display=True)

    assert written is not None
    assert "mpadded" not in written
    assert written.count('<mspace width="0.4em" />') == 4


@pytest.mark.parametrize(("source", "side"), [(r"\overline{x+y}", "top"), (r"\underline{x+y}", "bottom")])
def test_bar_over_a_term_is_a_line_of_the_page(source: str, side: str) -> None:
    """As a sign it would stand over the middle only: x ∓ y."""
    written = mathml(source)

    assert written is not None
    assert f'<mrow notation="{side}"><mrow><mi>x</mi>' in written
    assert "\N{HORIZONTAL BAR}" not in written
    assert f"mrow[notation={side}]" in PAGE


@pytest.mark.parametrize("page", [("bot.sandbox", "page.html"), ("bot.cli.previewing", "page.html")])
def test_rules_of_tables_are_no_wider_than_the_letters_beside_them(page: tuple[str, str]) -> None:
    css = (files(page[0]) / page[1]).read_text("utf-8")
    stacks = [line for line in re.findall(r"font:[^;]*", css) if "Mono CJK" in line]

    assert stacks
    assert all('"Half-width rules", "Noto Sans Mono CJK SC"' in stack for stack in stacks)
    assert re.search(r'@font-face \{ font-family: "Half-width rules";[^}]*unicode-range: U\+2500-257F', css)
