"""Links inside posts: to other posts of the shelf as deep links, to the rest as the publication's web addresses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from urllib.parse import quote, unquote, urlsplit

from bot.content.linked import candidates, is_split
from bot.domain.post import fold_name
from bot.storage.engine import Database
from bot.storage.shelf import post_names


@dataclass(frozen=True, slots=True)
class Links:
    """Resolves what a post at `path` links to. `keys` maps paths and folded names of posts to their keys.

    `deep_link` is the address that opens a post in the bot, up to its key; empty where there is no bot.
    """

    path: str
    site_url: str = ""
    deep_link: str = ""
    keys: Mapping[str, str] = field(default_factory=dict, hash=False)

    def resolve(self, url: str) -> str | None:
        """An absolute http(s) address, or None when the link leads nowhere outside the post."""
        if url.startswith("wiki:"):
            return self._to_post(_wiki_names(url))
        parts = urlsplit(url) if is_split(url) else None
        if parts is None or (not parts.path and not parts.netloc):
            return None
        if parts.scheme in {"http", "https"}:
            return url if parts.hostname and "." in parts.hostname else None
        if parts.scheme or parts.netloc:
            return f"https:{url}" if not parts.scheme and "." in (parts.hostname or "") else None
        return self._to_post(candidates(self.path, url)) or self._to_site(url)

    def _to_post(self, names: Iterable[str]) -> str | None:
        if not self.deep_link:
            return None
        return next((self.deep_link + self.keys[name] for name in names if name in self.keys), None)

    def _to_site(self, url: str) -> str | None:
        if not self.site_url:
            return None
        path, mark, rest = url.partition("#")
        place = path if path.startswith("/") else "/" + join(dirname(self.path), path)
        clean = normpath(place).lstrip("/")
        if clean.startswith(".."):
            return None
        slash = "/" if path.endswith("/") else ""
        return f"{self.site_url}/{quote(unquote(clean), safe='/%?=&')}{slash}{mark}{rest}"


def _wiki_names(url: str) -> list[str]:
    name = unquote(url.removeprefix("wiki:")).partition("#")[0].strip()
    return [name, f"{name}.md", fold_name(name.rsplit("/", 1)[-1].removesuffix(".md"))]


async def links_of(db: Database, path: str, urls: Iterable[str], *, site_url: str, deep_link: str) -> Links:
    """Links for one post: `urls` are all it holds; the shelf is asked once."""
    names: set[str] = set()
    for url in urls:
        names.update(_wiki_names(url) if url.startswith("wiki:") else candidates(path, url))
    async with db.read() as connection:
        keys = await post_names.keys_by_name(connection, names) if names else {}
    return Links(path, site_url, deep_link, keys)
