"""What rewriting puts in place of a dialect's own containers: HTML blocks that the tree reads."""

import html
import re

from bot.markup.normalise.characters import make_inert
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
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\(([^\s()<>]{1,1000})\)")
_BOLD = re.compile(r"\*\*(?=\S)([^*]{1,300})(?<=\S)\*\*")
_ITALIC = re.compile(r"\*(?=\S)([^*]{1,300})(?<=\S)\*")


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
    """A title's own Markdown as HTML, inside which the parser reads none: code, links, bold and italic words."""
    pieces: list[str] = []
    done = 0
    for match in _TOKEN.finditer(text):
        pieces.append(_marked(text[done : match.start()]))
        piece = stash.get(match.group()) or ""
        pieces.append(stash.put(f"<code>{html.escape(piece.strip('`').strip(), quote=False)}</code>"))
        done = match.end()
    return "".join((*pieces, _marked(text[done:])))


def _marked(text: str) -> str:
    if "\\" in text:
        text = _ESCAPED.sub(lambda match: make_inert(match.group(1)), text)
    text = html.escape(text, quote=False)
    if "](" in text:
        text = _LINK.sub(lambda match: f'<a href="{html.escape(match.group(2))}">{match.group(1)}</a>', text)
    if "*" in text:
        text = _ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", text))
    return text
