"""What rewriting puts in place of a dialect's own containers: HTML blocks that the tree reads."""

import html
import re

from bot.markup.normalise.stash import Stash

CALLOUTS = frozenset(
    [
        "note",
        "tip",
        "info",
        "warning",
        "danger",
        "caution",
        "important",
        "success",
        "question",
        "failure",
        "bug",
        "example",
        "quote",
        "abstract",
        "summary",
        "tldr",
        "todo",
        "hint",
        "attention",
        "error",
        "warn",
        "help",
        "faq",
        "check",
        "done",
        "fail",
        "missing",
        "primary",
        "secondary",
        "default",
        "alert",
        "seealso",
        "notice",
        "admonition",
        "callout",
    ]
)
_TYPES = {"alert": "warning", "seealso": "info", "notice": "note", "admonition": "note", "callout": "note"}
_TOKEN = re.compile("\ufdd0\\d+\ufdd1")


def open_callout(kind: str, title: str, stash: Stash) -> str:
    kind = _TYPES.get(kind, kind)
    return f'<aside data-callout="{html.escape(kind)}">{_summary(title, stash)}'


def open_details(title: str, stash: Stash) -> str:
    return f"<details>{_summary(title, stash)}"


def figure(source: str, alt: str, caption: str, stash: Stash) -> str:
    below = f"<figcaption>{_words(caption, stash)}</figcaption>" if caption else ""
    return f'<figure><img src="{html.escape(source)}" alt="{html.escape(alt)}">{below}</figure>'


def _summary(title: str, stash: Stash) -> str:
    return f"<summary>{_words(title, stash)}</summary>" if title else ""


def _words(text: str, stash: Stash) -> str:
    """A title inside HTML, where Markdown is not read: code spans in it become code elements."""
    pieces: list[str] = []
    done = 0
    for match in _TOKEN.finditer(text):
        pieces.append(html.escape(text[done : match.start()], quote=False))
        piece = stash.get(match.group()) or ""
        pieces.append(stash.put(f"<code>{html.escape(piece.strip('`').strip(), quote=False)}</code>"))
        done = match.end()
    return "".join((*pieces, html.escape(text[done:], quote=False)))
