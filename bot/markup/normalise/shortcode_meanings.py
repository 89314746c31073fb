"""What the shortcodes worth knowing mean, as Markdown or as the HTML that the tree reads."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.markup.normalise.definitions import latex_of
from bot.markup.normalise.stash import Stash
from bot.markup.normalise.wrappers import CALLOUTS, figure, open_callout, open_details

_DETAILS = frozenset(("details", "expand", "spoiler", "fold", "folding", "hidetoggle", "collapse", "accordion"))
_QUOTES = frozenset(("blockquote", "quote", "pullquote", "cq", "centerquote"))
_MATH = frozenset(("katex", "math", "mathjax", "latex", "tex"))
_TABS = frozenset(("tabs", "tab", "tabpane"))
_DISPLAYED = frozenset(("display", "block", "centered"))
_PICTURES = frozenset(("figure", "image", "img", "asset_img", "picture"))
# A theme's own file for pictures: `{% include figure.liquid path="…" %}`.
_INCLUDED_PICTURE = re.compile(r"(?:[\w-]+/)*(?:figure|image|img|picture)(?:\.(?:html|liquid|md))?\Z", re.IGNORECASE)
_FILE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|avif)(?:[?#].*)?$", re.IGNORECASE)
_PLACES = {
    "youtube": "youtu.be/{}",
    "vimeo": "vimeo.com/{}",
    "bilibili": "www.bilibili.com/video/{}",
    "tweet": "x.com/i/status/{}",
    "twitter": "x.com/i/status/{}",
    "x": "x.com/i/status/{}",
    "instagram": "www.instagram.com/p/{}/",
    "gist": "gist.github.com/{}",
    "jsfiddle": "jsfiddle.net/{}/",
    "asciinema": "asciinema.org/a/{}",
}
_ADDRESSES = frozenset(("ref", "relref", "post_url", "post_path", "asset_path", "link", "url_for", "full_url_for"))


@dataclass(frozen=True, slots=True)
class Arguments:
    """Positional ones in order; named ones by lower-case name."""

    plain: tuple[str, ...]
    named: Mapping[str, str]

    def first(self, *names: str) -> str:
        """The first of the named ones that is there, else nothing."""
        return next((self.named[name] for name in names if self.named.get(name)), "")

    def at(self, index: int) -> str:
        return self.plain[index] if index < len(self.plain) else ""


def _fence(language: str, title: str, content: str) -> str:
    ticks = "```"
    while ticks in content:
        ticks += "`"
    caption = f' title="{title}"' if title and '"' not in title and "`" not in title else ""
    return f"{ticks}{language}{caption}\n{content.strip(chr(10))}\n{ticks}"


def _highlight(arguments: Arguments, content: str) -> str:
    language = arguments.first("lang", "language") or arguments.at(0).removeprefix("lang:")
    return _fence(language, arguments.first("file", "title", "filename"), content)


def _codeblock(arguments: Arguments, content: str) -> str:
    """Hexo's: `title lang:js https://… link text`."""
    language = next((word[5:] for word in arguments.plain if word.startswith("lang:")), "")
    words = [word for word in arguments.plain if not re.match(r"[\w_]+:|https?://", word)]
    return _fence(language or arguments.first("lang"), " ".join(words) or arguments.first("file", "title"), content)


CODE: Mapping[str, Callable[[Arguments, str], str]] = {
    "highlight": _highlight,
    "code": _codeblock,
    "codeblock": _codeblock,
    "code-toggle": lambda arguments, content: _fence("toml", arguments.first("file"), content),
    "mermaid": lambda _, content: _fence("mermaid", "", content),
}
# They ask the theme for a table of contents, or for its typesetter.
SILENT = frozenset(("toc", "tableofcontents", *_MATH))
VERBATIM = frozenset(("raw", "verbatim", "comment", *_MATH, *CODE))
"""Pairs whose contents are no Markdown."""


def math_of(name: str, arguments: Arguments, content: str) -> str:
    """A formula for a pair that encloses one, else nothing: displayed when it is told so, or has lines of its own."""
    latex = latex_of(content.strip())
    if name not in _MATH or not latex or "$" in latex:
        return ""
    displayed = "\n" in content or not _DISPLAYED.isdisjoint((*arguments.plain, *arguments.named))
    return f"$${latex}$$" if displayed else f"${latex}$"


def paired_meaning(name: str, arguments: Arguments, stash: Stash) -> tuple[str, str] | None:
    """The opening and closing HTML for a pair around Markdown; None when the pair means nothing to us."""
    title = arguments.first("title", "summary", "header", "label")
    if name in _DETAILS:
        return open_details(title or " ".join(arguments.plain).strip(), stash), "</details>"
    if name in _QUOTES:
        said_by = _attribution(arguments) if name in ("blockquote", "quote") else ""
        return "<blockquote>", f"{said_by}</blockquote>"
    if name in CALLOUTS:
        kind = (arguments.first("type", "kind", "color", "status") or arguments.at(0)).lower()
        if kind in CALLOUTS:
            rest = arguments.plain[1:] if arguments.at(0).lower() == kind else arguments.plain
            return open_callout(kind, title or " ".join(rest), stash), "</aside>"
        words = [word for word in arguments.plain if word not in ("no-icon", "simple", "modern", "flat")]
        return open_callout(name, title or " ".join(words), stash), "</aside>"
    if name == "button" and (address := arguments.first("href", "url", "relref", "link")):
        return "[", f"]({_address(address)})"
    if name == "kbd":
        return "<kbd>", "</kbd>"
    if name in _TABS:
        # A client has no tabs: what stands behind each stands below its name.
        shown = arguments.first("name", "header") or title or arguments.at(0)
        return f"\n\n**{shown}**\n\n" if name == "tab" and shown else "", ""
    return None


def _attribution(arguments: Arguments) -> str:
    """Who said it, as Hexo puts it below: `author, source https://… title`."""
    words = list(arguments.plain)
    at = next((index for index, word in enumerate(words) if word.startswith(("http://", "https://"))), len(words))
    author = " ".join(words[:at]).strip(" ,") or arguments.first("author")
    if at < len(words):
        shown = " ".join(words[at + 1 :]) or re.sub(r"^https?://", "", words[at]).rstrip("/")
        author = f"{author} [{shown}]({_address(words[at])})".strip()
    return f"— {author}\n\n" if author else ""


def inline_meaning(name: str, arguments: Arguments, stash: Stash) -> str | None:
    """What stands in place of a shortcode without contents; None when it is not known."""
    if name in _PICTURES:
        return _picture(arguments, stash)
    if name in ("include", "include_cached") and _INCLUDED_PICTURE.match(arguments.at(0)):
        return _picture(Arguments(arguments.plain[1:], arguments.named), stash)
    if name in _PLACES:
        return _place(name, arguments)
    if name in _ADDRESSES:
        return _address(arguments.first("path") or arguments.at(0))
    if name in ("post_link", "asset_link"):
        words = [word for word in arguments.plain[1:] if word not in ("true", "false")]
        return f"[{' '.join(words) or arguments.at(0)}]({_address(arguments.at(0))})" if arguments.plain else None
    if name == "kbd" and arguments.plain:
        return f"<kbd>{arguments.at(0)}</kbd>"
    if name == "label" and "@" in arguments.at(0):
        return " ".join((arguments.at(0).partition("@")[2], *arguments.plain[1:]))
    if name == "iframe" and arguments.plain:
        return f"<{arguments.at(0)}>" if arguments.at(0).startswith("http") else None
    return None


def _picture(arguments: Arguments, stash: Stash) -> str | None:
    source = arguments.first("src", "source", "path", "image_path", "url")
    words = list(arguments.plain)
    if not source:
        at = next((index for index, word in enumerate(words) if _FILE.search(word)), -1)
        if at < 0:
            return None
        source = words[at]
        words = [word for word in words[at + 1 :] if not word.isdigit()]
    alt = arguments.first("alt") or " ".join(words[1:] or words)
    title, caption = arguments.first("title"), arguments.first("caption")
    # Hugo shows both, the title as a heading.
    caption = f"**{title}** {caption}" if title and caption and title not in caption else caption or title
    return figure(source, alt, caption or (words[0] if len(words) > 1 else ""), stash)


def _place(name: str, arguments: Arguments) -> str | None:
    """A link that shows where it goes."""
    plain = "/".join(arguments.plain[:2]) if name == "gist" else arguments.at(0)
    key = arguments.first("id", "user") or plain
    place = _PLACES[name].format(key)
    return f"[{place}]({_address(f'https://{place}')})" if key else None


def _address(path: str) -> str:
    """Spelt so that it can stand in a link's parentheses."""
    return quote(path, safe="!#$%&'*+,-./:;=?@_~[]") if re.search(r"[\s()<>]", path) else path
