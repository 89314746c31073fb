"""A post's pictures found as its author's tool would find them, and never outside the folder."""

import pytest

from bot.content.bundle import Attachments

FILES = [
    "nlp/lora/index.md",
    "nlp/lora/cover.png",
    "nlp/lora/img/one.png",
    "_posts/hello.md",
    "_posts/hello/photo.jpg",
    "_posts/hallo.zh.md",
    "_posts/hallo/foto.jpg",
    "static/img/logo.png",
    "source/images/hexo.png",
    "assets/jekyll.png",
    "attachments/Pasted image 1.png",
    "vault/attachments/twice.png",
    "vault/more/twice.png",
    "nlp/shared.png",
    "图/图 一.png",
]


@pytest.mark.parametrize(
    ("post", "source", "found"),
    [
        # A page bundle.
        ("nlp/lora/index.md", "cover.png", "nlp/lora/cover.png"),
        ("nlp/lora/index.md", "./img/one.png", "nlp/lora/img/one.png"),
        ("nlp/lora/index.md", "../shared.png", "nlp/shared.png"),
        ("nlp/lora/index.md", "cover.png?v=2#x", "nlp/lora/cover.png"),
        ("nlp/lora/index.md", "img\\one.png", "nlp/lora/img/one.png"),
        ("nlp/lora/index.md", "Cover.PNG", "nlp/lora/cover.png"),
        # Hexo's folder beside the post.
        ("_posts/hello.md", "photo.jpg", "_posts/hello/photo.jpg"),
        ("_posts/hello.md", "hello/photo.jpg", "_posts/hello/photo.jpg"),
        ("_posts/hallo.zh.md", "foto.jpg", "_posts/hallo/foto.jpg"),
        # From the top of the site.
        ("nlp/lora/index.md", "/img/logo.png", "static/img/logo.png"),
        ("nlp/lora/index.md", "/static/img/logo.png", "static/img/logo.png"),
        ("_posts/hello.md", "/images/hexo.png", "source/images/hexo.png"),
        ("_posts/hello.md", "/assets/jekyll.png", "assets/jekyll.png"),
        # Obsidian's names.
        ("vault/note.md", "Pasted image 1.png", "attachments/Pasted image 1.png"),
        ("vault/note.md", "Pasted%20image%201.png", "attachments/Pasted image 1.png"),
        ("vault/note.md", "Pasted image 1.png|300", "attachments/Pasted image 1.png"),
        ("elsewhere/note.md", "more/twice.png", "vault/more/twice.png"),
        ("a.md", "图/图%20一.png", "图/图 一.png"),
        # Two that fit, none that fits, a path that is no name.
        ("elsewhere/note.md", "twice.png", None),
        ("a.md", "none.png", None),
        ("a.md", "/cover.png", None),
        ("a.md", "other/photo.jpg", None),
        ("a.md", "_posts/hello.md", None),
        ("a.md", "", None),
        ("a.md", "#top", None),
        ("a.md", "..", None),
        # Addresses elsewhere and ways out.
        ("a.md", "https://example.org/cover.png", None),
        ("a.md", "//example.org/cover.png", None),
        ("a.md", "data:image/png;base64,AAAA", None),
        ("a.md", "file:///etc/passwd", None),
        ("a.md", "C:\\cover.png", None),
        ("a.md", "../../../../etc/passwd", None),
        ("nlp/lora/index.md", "%2e%2e/%2e%2e/%2e%2e/etc/passwd", None),
        ("a.md", "cover.png\0.md", None),
    ],
)
def test_a_source_leads_to_the_file_its_author_means(post: str, source: str, found: str | None) -> None:
    assert Attachments(FILES).resolve(post, source) == found


def test_the_nearest_place_wins() -> None:
    files = Attachments(["a/x.png", "a/post/x.png", "x.png", "static/x.png"])
    assert files.resolve("a/post.md", "x.png") == "a/x.png"
    assert files.resolve("b/post.md", "x.png") == "x.png"
    assert files.resolve("a/post.md", "/x.png") == "x.png"
