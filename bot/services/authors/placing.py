"""Where an upload goes in the content folder: names made from the slug, images where the post's own words find them."""

import posixpath
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.content.bundle import Attachments, local_path
from bot.content.naming import clean_slug, path_facts
from bot.domain.post import State, post_key
from bot.markup.tree import Image, Tree
from bot.services.shelf.proofreading import nodes
from bot.storage.shelf.posts import Holder

# A neutral folder: it gives its posts no category.
FOLDER = "posts"
# Room for a language and an extension in the 255 bytes of a name.
STEM_BYTES = 200
MAX_IMAGE_DEPTH = 5

_UNFIT = re.compile(r"[^\w.]+")
# What phones and editors call a text that has no name.
_NAMELESS = re.compile(
    r"(?:index|readme|untitled|document|message|text|note|pasted|新建.*|未命名.*)(?:[ _(-]*\d*\)?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Target:
    """The path of a post, and the row that it goes on with, if it replaces one, or else that it is a translation of."""

    path: str
    holder: Holder | None = None
    translates: Holder | None = None


def reading_path(name: str) -> str:
    """Where a file of this name is read as if it lay there: the folders of a bundle may name its category."""
    path = PurePosixPath(FOLDER, name)
    return str(path.with_suffix(".md") if path.suffix.lower() == ".txt" else path)


def wished_slug(name: str, title: str) -> str:
    """The slug of a post that names none: from its file's name, or from its title when the file has no real name."""
    facts = path_facts(reading_path(name))
    if "/" not in name and _NAMELESS.fullmatch(PurePosixPath(name).stem):
        return plain_slug(title) or facts.slug
    return facts.slug


def target(slug: str, language: str, holders: Collection[Holder], taken: Mapping[str, str]) -> Target:
    """Where the post goes. `holders` are rows with its slug; `taken` gives the slugs of posts by path."""
    living = [holder for holder in holders if holder.slug == slug and holder.state != State.WITHDRAWN]
    own = next((holder for holder in living if holder.language == language), None)
    if own is not None:
        return Target(own.path, own)
    stem = _stem(slug)
    folder = FOLDER
    if living:
        # Beside its translations, told apart by the language.
        folder, beside = posixpath.split(living[0].path)
        # A page bundle is its folder: its pages are all called index.
        stem = f"{'index' if beside.split('.')[0] == 'index' else stem}.{language}"
    path = posixpath.join(folder, f"{stem}.md")
    if taken.get(path, slug) != slug:
        path = posixpath.join(folder, f"{stem}-{post_key(slug)[:4]}.md")
    return Target(path, translates=living[0] if living else None)


def plain_slug(title: str) -> str:
    """A slug made from a title, of letters and digits; empty when it has none."""
    return clean_slug(_UNFIT.sub("-", title)).strip("-._")


def _stem(slug: str) -> str:
    stem = _UNFIT.sub("-", slug).strip("-._")
    return stem.encode()[:STEM_BYTES].decode(errors="ignore") or f"post-{post_key(slug)}"


def image_sources(tree: Tree) -> list[str]:
    """Every image's source as written, in the order of the text, each once."""
    return list(dict.fromkeys(node.source for node in nodes(tree) if isinstance(node, Image)))


def count(tree: Tree, *kinds: type) -> int:
    """How many nodes of these kinds the tree has."""
    return sum(isinstance(node, kinds) for node in nodes(tree))


def place_image(source: str, post: str, paths: Collection[str]) -> str | None:
    """Where an image must lie so that the post at `post` finds it by `source`; None when no safe place does.

    `paths` are the files of the content folder.
    """
    relative = _relative(source)
    if relative is None:
        return None
    folder, _, name = post.rpartition("/")
    own = folder if PurePosixPath(name).stem.startswith("index") else posixpath.join(folder, PurePosixPath(name).stem)
    for place in (posixpath.join(own, relative), posixpath.join("static", relative), posixpath.join(folder, relative)):
        if Attachments([*paths, place]).resolve(post, source) == place:
            return place
    return None


def is_local(source: str) -> bool:
    """Whether an image's source means a file, not an address."""
    return _relative(source) is not None


def _relative(source: str) -> str | None:
    """The path in a source, cleaned of what leads up; None for an address, or a name that is not safe as a file's."""
    found = local_path(source)
    if found is None:
        return None
    parts = [part for part in found.split("/") if part not in {"", ".", ".."}]
    is_safe = all(part.isprintable() and part[0] not in "._~" and len(part.encode()) <= STEM_BYTES for part in parts)
    return "/".join(parts) if parts and is_safe and len(parts) <= MAX_IMAGE_DEPTH else None


def _by_bare_name(missing: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Which of these files each missing source means: what is sent into a chat cannot bring its folder along."""
    found: dict[str, str] = {}
    for name in names:
        fitting = [one for one in missing if (_relative(one) or "").rpartition("/")[2].casefold() == name.casefold()]
        if len(fitting) == 1:
            found[fitting[0]] = name
    return found


def assign(
    sources: Sequence[str], post_name: str, images: Mapping[str, bytes], nameless: Sequence[bytes]
) -> dict[str, bytes]:
    """Which uploaded image each source means; photos without a name are taken for what is missing, in order."""
    attachments = Attachments(images)
    paths = {source: path for source in sources if (path := attachments.resolve(post_name, source))}
    missing = [source for source in sources if source not in paths and is_local(source)]
    paths |= _by_bare_name(missing, [name for name in images if name not in paths.values()])
    found = {source: images[path] for source, path in paths.items()}
    missing = [source for source in missing if source not in found]
    return found | dict(zip(missing, nameless, strict=False))
