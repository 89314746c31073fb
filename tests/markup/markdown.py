"""Markdown for property tests: pieces of every construct put together, and sample posts mangled."""

from pathlib import Path

from hypothesis import strategies as st

_INLINE = st.sampled_from(
    [
        "word", "state-of-the-art", "中文字", "，", "。", "“引用”", "**bold**", "*it*", "***both***", "~~gone~~",
        "`code`",
        "``a`b``", "[link](https://example.org/a_b)", "[`c`](b.md)", "[r][ref]", "![alt](a.png \"t\")",
        "[![badge](https://e.org/b.svg)](https://e.org)", "$x^2$", "$\\frac{a}{b}$", "$$y$$", "\\(z\\)", "$5 和 $10",
        "<b>b</b>", "<u>", "</u>", "<br>", "<sub>2</sub>", "<kbd>Ctrl</kbd>", "<img src=a.png>", "<a href='x'>", "</a>",
        "[^1]", "[[Wiki|w]]", "![[a.png]]", "{{< x >}}", "{% y %}", "==m==", "H~2~O", "1~3 和 5~8", "main.py",
        "https://example.org/x.", "😀", "👨‍👩‍👧", "e\u0301", "&amp;", "<!-- c -->", "\\*", "a_b_c", "\t", "\u200b",
        "\\", "|",
    ]
)  # fmt: skip

_LINE = st.lists(_INLINE, min_size=1, max_size=8).map(" ".join)

_BLOCK = st.one_of(
    _LINE,
    _LINE.map(lambda line: f"# {line}"),
    _LINE.map(lambda line: f"### {line} {{#id}}"),
    st.lists(_LINE, min_size=1, max_size=4).map("\n".join),
    st.lists(_LINE, min_size=1, max_size=4).map(lambda lines: "\n".join(f"- {line}" for line in lines)),
    st.lists(_LINE, min_size=1, max_size=3).map(lambda lines: "\n".join(f"7. {line}\n   - [ ] t" for line in lines)),
    st.lists(_LINE, min_size=1, max_size=3).map(lambda lines: "\n".join(f"> {line}" for line in lines)),
    _LINE.map(lambda line: f"> [!NOTE] {line}\n> body\n> > inner"),
    _LINE.map(lambda line: f'!!! tip "{line.replace(chr(34), "")}"\n    body\n\n    ```\n    x\n    ```'),
    _LINE.map(lambda line: f"::: warning {line}\n{line}\n:::"),
    _LINE.map(lambda line: f'```py title="a.py"\n    {line}\n\n\tx\n```'),
    _LINE.map(lambda line: f"$$\n{line.replace('$', '')}\n$$"),
    _LINE.map(lambda line: f"| a | {line.replace('|', '')} |\n|---|:-:|\n| {line} | 中 |\n| x |"),
    _LINE.map(lambda line: f"<details><summary>{line}</summary>\n\n{line}\n\n</details>"),
    _LINE.map(lambda line: f"<table><tr><td>{line}<td>b</table>"),
    _LINE.map(lambda line: f"term\n: {line}"),
    _LINE.map(lambda line: f"[^1]: {line}\n\n    more"),
    st.sampled_from(
        ["---", "<!--more-->", "[ref]: https://example.org 't'", "$$a\n", "```\nopen", "<div>", "</div>", "\n"]
    ),
)

posts = st.lists(_BLOCK, max_size=12).map("\n\n".join)
"""Whole posts, well formed or nearly."""

_SAMPLES = tuple(
    path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[2] / "content").rglob("*.md"))
)
_NOISE = st.sampled_from(
    ["$", "$$", "`", "```\n", "**", "*", "_", "[", "](", "![", "<", "</", "<table>", ">", "\n", "\n\n", "    ", "|",
     "\\", "{{<", "{%", ":::\n", "~", "==", "[^", "\x00", "\ud800", "\r", "\u2028", "\ufdd0", "\U0010ff02", "😀",
     "!!! a\n", "- "]
)  # fmt: skip


@st.composite
def mangled_samples(draw: st.DrawFn) -> str:
    """A piece of a sample post with noise put in and stretches taken out."""
    source = draw(st.sampled_from(_SAMPLES))
    start = draw(st.integers(0, max(len(source) - 1500, 0)))
    text = source[start : start + 1500]
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(_NOISE) + text[place + draw(st.integers(0, 30)) :]
    return text
