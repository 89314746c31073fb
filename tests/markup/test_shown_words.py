"""Where one line of plain words stands for a piece of a post, a formula is no LaTeX, and 10⁶ is not 106."""

import pytest

from bot.markup.classic import ImagePicture, paginate
from bot.markup.parse import parse
from bot.markup.plain import excerpt, first_heading, outline, search_text, shown_text, shown_title, without_title
from bot.markup.tree import Figure, Paragraph, Words

HEADING = r"# 散度 $\alpha$ 与 10<sup>6</sup>"


def pages(source: str) -> list[tuple[str, tuple[tuple[int, str, str], ...], str]]:
    found = paginate(parse(source), language="zh", resolve_link=lambda url: None)
    return [
        (page.text.text, page.headings, " ".join(p.caption.text for p in page.pictures if isinstance(p, ImagePicture)))
        for page in found
    ]


def test_title_from_a_heading_shows_its_formulas() -> None:
    assert first_heading(parse(HEADING)) == "散度 α 与 10⁶"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (r"The $\alpha$-divergence", "The α-divergence"),
        (r"$k$-means 与 \(\ell_1\) 正则", "k-means 与 ℓ₁ 正则"),
        (r"$\binom{n}{k}$ ways", r"$\binom{n}{k}$ ways"),
        ("From $5 to $10", "From $5 to $10"),
        ("*args, [[x]] and $x$", "*args, [[x]] and x"),
        ("A_b", "A_b"),
    ],
)
def test_title_of_front_matter_shows_its_formulas(title: str, shown: str) -> None:
    assert shown_title(title) == shown


def test_outline_shows_formulas_and_keeps_the_anchors() -> None:
    assert outline(parse(HEADING)) == ((1, "散度 α 与 10⁶", "散度-alpha-与-106"),)
    assert pages(HEADING)[0][1] == ((1, "散度 α 与 10⁶", "散度-alpha-与-106"),)


@pytest.mark.parametrize("title", ["散度 α 与 10⁶", r"散度 $\alpha$ 与 106"])
def test_heading_that_repeats_the_title_is_told_from_it_in_every_spelling(title: str) -> None:
    assert without_title(parse(f"{HEADING}\n\n正文"), title).blocks == (Paragraph((Words("正文"),)),)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("A budget of 10<sup>6</sup>.", "A budget of 10⁶."),
        ("H<sub>2</sub>O and CO~2~", "H₂O and CO₂"),
        ("x<sub>max</sub> and d<sub>N</sub>", "xₘₐₓ and d_N"),
        ("2<sup>Nk</sup>", "2^(Nk)"),
        ("文字<sup>注意</sup>", "文字注意"),
        ("as shown<sup>[1, 2]</sup>", "as shown[1, 2]"),
    ],
)
def test_excerpts_and_snippets_keep_powers_apart_from_numbers(source: str, shown: str) -> None:
    tree = parse(source)

    assert excerpt(tree, language="en") == shown
    assert shown_text(tree, language="en") == shown


def test_search_goes_by_the_source_of_formulas() -> None:
    assert search_text(parse(HEADING)).headings == r"散度 \alpha 与 106"


@pytest.mark.parametrize(
    ("source", "caption", "text"),
    [
        (r'![曲线 $\mathcal{L}$](a.png "损失 $\alpha$")', "损失 α", "〔图 1〕 曲线 ℒ · 损失 α"),
        (r'<img src="a.png" alt="曲线 $\alpha$" title="$\beta$">', "β", "〔图 1〕 曲线 α · β"),
        (
            r'<figure><img src="a.png"><figcaption>图 $\mathcal{L}$，10<sup>-3</sup></figcaption></figure>',
            "图 ℒ，10⁻³",
            "〔图 1〕 图 ℒ，10⁻³",
        ),
    ],
)
def test_caption_under_a_picture_shows_its_formulas(source: str, caption: str, text: str) -> None:
    ((shown, _, under),) = pages(source)

    assert (shown, under) == (text, caption)


def test_description_of_an_image_shows_a_formula_that_no_line_can_hold_as_its_source() -> None:
    (figure,) = parse(r"![$\binom{n}{k}$](a.png)").blocks

    assert isinstance(figure, Figure)
    assert figure.image.alt == r"\binom{n}{k}"
