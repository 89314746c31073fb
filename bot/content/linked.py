"""Which post a link in a text means: the names under which it may be known."""

from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from bot.content.naming import is_post_name
from bot.domain.post import fold_name


def candidates(path: str, url: str) -> list[str]:
    """Names under which the post that `url` means may be known, best first: paths, then a bare slug."""
    target = unquote(urlsplit(url).path) if is_split(url) else ""
    if not target:
        return []
    placed = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(path), target))
    trimmed = placed.strip("/")
    stem = trimmed.rsplit("/", 1)[-1]
    for suffix in (".md", ".markdown", ".html"):
        stem = stem.removesuffix(suffix)
    return [trimmed, f"{trimmed}.md", f"{trimmed}/index.md", fold_name(stem)]


def names_a_file(url: str) -> bool:
    """Whether a link is written as the path of a post's file: nothing else could be meant by it."""
    if not is_split(url):
        return False
    parts = urlsplit(url)
    return not parts.scheme and not parts.netloc and is_post_name(unquote(parts.path))


def is_split(url: str) -> bool:
    """Whether an address can be taken apart."""
    try:
        urlsplit(url).hostname  # noqa: B018  # a malformed host raises only when asked for
    except ValueError:
        return False
    return True
