"""The files a post shows: from an image's source as written to a file in the content folder, never outside it."""

import posixpath
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import PurePosixPath
from urllib.parse import unquote

from bot.content.naming import is_post_name, path_facts

# Where Hugo, Hexo and Jekyll keep what they serve from the root of the site.
_SERVED_FOLDERS = ("", "static", "source", "assets", "public")


class Attachments:
    """The files of the folder that are no posts, by path and by name. Made of paths alone; nothing is opened."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(path for path in paths if not is_post_name(path))
        self._by_name: dict[str, list[str]] = {}
        self._folded: dict[str, str] = {}
        # Sorted, so that of two names the same one is found at every start.
        for path in sorted(self._paths, key=lambda path: (path.count("/"), path)):
            self._by_name.setdefault(path.rpartition("/")[2].casefold(), []).append(path)
            self._folded.setdefault(path.casefold(), path)

    def resolve(self, post: str, source: str) -> str | None:
        """The path of the file that `source` means in the post at path `post`; None when the folder has none.

        Tried in turn: beside the post (a page bundle), in the folder named like the post (Hexo), from the top of the
        folder and of what is served from there (`static/`, `assets/`), and, when only one file fits, by the end of its
        path or the name alone (Obsidian).
        """
        path = local_path(source)
        if path is None:
            return None
        beside = () if path.startswith("/") else _own_folders(post)
        for base in chain(beside, _SERVED_FOLDERS):
            found = self._at(posixpath.join(base, path.lstrip("/")))
            if found:
                return found
        if path.startswith("/"):
            return None
        # Two files that fit are one too many: a wrong picture is worse than none.
        tail = "/" + posixpath.normpath(path).lstrip("./").casefold()
        fitting = [found for found in self._by_name.get(tail.rpartition("/")[2], []) if _ends(found, tail)]
        return fitting[0] if len(fitting) == 1 else None

    def _at(self, path: str) -> str | None:
        plain = posixpath.normpath(path)
        return plain if plain in self._paths else self._folded.get(plain.casefold())


def _own_folders(post: str) -> Iterator[str]:
    folder, _, name = post.rpartition("/")
    # Most images lie beside their posts: nothing more is asked of a path until one does not.
    yield folder
    # `post.zh.md` may have its files in `post.zh/`, or share `post/` with its translations.
    yield posixpath.join(folder, PurePosixPath(name).stem)
    yield posixpath.join(folder, path_facts(post).neutral_path.rpartition("/")[2])


def local_path(source: str) -> str | None:
    """The path in `source`, without query, anchor and Obsidian's size; None for an address elsewhere."""
    text = source.strip().strip("<>").replace("\\", "/")
    head = text.split("/", 1)[0]
    if not text or ":" in head or text.startswith(("//", "#")):
        return None
    path = unquote(text.split("#")[0].split("?")[0].split("|")[0]).strip()
    return path if path.strip("/.") and "\0" not in path else None


def _ends(path: str, tail: str) -> bool:
    return f"/{path}".casefold().endswith(tail)
