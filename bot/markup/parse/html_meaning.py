"""What HTML's tags mean to a post, by their names; a tag that stands nowhere here leaves its text alone."""

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
