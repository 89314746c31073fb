"""Tokens: the same rules cut what is indexed and what is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.tokens import MAX_WORD, tokenize


def tokens(text: str) -> set[str]:
    plain, other = tokenize(text)
    return {*plain, *other}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("损失", ["损失", "失"]),
        ("自注意力", ["自注", "注意", "意力", "力"]),
        ("字", ["字"]),
        ("用 Python 写", ["用", "python", "写"]),
        ("C++ 和 C#", ["c++", "和", "c#"]),
        (".NET 与 path/.gitignore", [".net", "与", "path", ".gitignore"]),
        ("用.NET写", ["用", ".net", "写"]),
        ("./run ...then f().then .5", ["run", "then", "f", "then", "5"]),
        ("∇_θ J, Σ𝜃, β-VAE", ["nabla", "theta", "j", "σθ", "beta", "vae"]),
        ("\\nabla_\\theta J", ["nabla", "theta", "j"]),
        ("3×3 → λόγος", ["3", "3", "λογος"]),
        ("k-means", ["k", "means"]),
        ("3.5 与 1.3.1", ["3.5", "与", "1.3.1"]),
        ("it's", ["it", "s"]),
        ("🔥好", ["🔥", "好"]),
        ("한국어", ["한국", "국어", "어"]),
        ("привет", ["привет"]),
        ("हिन्दी", ["हिन्दी"]),
        ("$x^2$ \\alpha", ["x", "2", "alpha"]),
        ("。…！", []),
    ],
)
def test_text_is_cut_where_readers_would_cut_it(text: str, plain: list[str]) -> None:
    assert tokenize(text)[0] == plain


@pytest.mark.parametrize(
    ("text", "also_found_by"),
    [
        ("FlashAttention", {"flash", "attention", "flashattention"}),
        ("MultiHeadAttention", {"multi", "head", "attention", "multihead", "headattention"}),
        ("k-means", {"kmeans"}),
        ("state-of-the-art", {"stateoftheart"}),
        ("torch.nn.Dropout", {"torchnndropout", "nndropout"}),
        ("last_login_at", {"lastloginat", "lastlogin"}),
        ("eric-mitchell/direct-preference-optimization", {"ericmitchell", "directpreferenceoptimization"}),
        ("Qwen2.5-7B", {"qwen", "2.5", "qwen25"}),
        ("GPT-3.5", {"gpt35"}),
        ("gpt3.5", {"gpt", "3.5"}),
        ("count++", {"count", "count++"}),
        ("UI-TARS", {"uitars"}),
        (".NET", {"net"}),
        ("ASP.NET", {".net", "net", "aspnet"}),
        ("README.md", {".md"}),
        ("β-VAE", {"betavae"}),
    ],
)
def test_a_compound_is_found_by_its_parts_and_as_one_word(text: str, also_found_by: set[str]) -> None:
    assert also_found_by <= tokens(text)


def test_a_number_has_no_parts() -> None:
    assert tokens("lr=0.01, 3.5B, GPT-3.5") & {"0", "01", "3", "5"} == set()


def test_a_path_is_not_indexed_as_one_endless_word() -> None:
    assert max(map(len, tokens("/".join(["folder"] * 40)))) < 40


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_every_token_is_safe_to_quote_and_of_bounded_length(text: str) -> None:
    for token in tokens(text):
        assert token
        assert not set(token) & set(" \"'\\\x00*()|~:")
        assert len(token) <= 2 * MAX_WORD
        token.encode()


@given(st.text(alphabet="abcXYZ中文字12.-_/+# ", max_size=40))
def test_letter_case_and_width_do_not_count(text: str) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)

    assert tokenize(wide) == tokenize(text)
    assert tokenize(text.lower())[0] == [token.lower() for token in tokenize(text)[0]]
