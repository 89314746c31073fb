"""What HTML's tags mean to a post, by their names; a tag that stands nowhere here leaves its text alone."""

import re
from urllib.parse import urlsplit

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "cite": "italic",
    "dfn": "italic",
    "var": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strike",
    "del": "strike",
    "strike": "strike",
    "mark": "mark",
    "sub": "sub",
    "sup": "sup",
    "kbd": "kbd",
}
CONTAINERS = {
    "details": "details",
    "blockquote": "quote",
    "figure": "figure",
    "aside": "aside",
    "ul": "list",
    "ol": "list",
}
PARTS = {"li": "item", "tr": "row", "td": "cell", "th": "cell"}
TRANSPARENT = {
    "p", "div", "center", "section", "article", "main", "header", "footer", "nav", "dl", "dt", "dd", "address",
    "fieldset", "form", "thead", "tbody", "tfoot", "body", "html", "picture", "hgroup",
}  # fmt: skip
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
LEAVES = {"summary", "figcaption", "caption"} | HEADINGS
CODE = {"code", "tt", "samp"}
FRAMED = {"a", "table"} | CODE
PLAYERS = {"iframe", "video", "audio", "embed", "source"}
_KNOWN = LEAVES | PLAYERS | set(PARTS) | {"table", "pre", "hr", "br", "img", "a", "code", "tt", "samp", "span", "font"}
MEANT = _KNOWN | set(STYLES) | set(CONTAINERS) | TRANSPARENT

_TAB = re.compile(r"tab\s+([^@\s][^@\n]*)", re.IGNORECASE)


def tab_name(comment: str) -> str:
    """Of Hexo's `<!-- tab Python@icon -->`: what stands behind each tab is shown below its name."""
    match = _TAB.match(comment)
    return match[1].strip() if match else ""


def host_of(source: str) -> str:
    """Where a player shows something from, nothing when that cannot be told."""
    try:
        return urlsplit(source).hostname or ""
    except ValueError:
        return ""
