"""Rich messages as HTML: every block and text the Bot API knows of those `bot.markup.rich` makes."""

from collections.abc import Mapping
from html import escape
from typing import Any

from bot.markup.formulas import tied, to_inline_mathml, to_mathml

_TEXTS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "marked": "mark",
    "code": "code",
    "subscript": "sub",
    "superscript": "sup",
}


def blocks_html(blocks: list[dict[str, Any]]) -> str:
    return "".join(map(_block, blocks))


def _block(block: Mapping[str, Any]) -> str:
    match block["type"]:
        case "paragraph":
            return f"<p>{_text(block['text'])}</p>"
        case "heading":
            return f"<h{block['size']}>{_text(block['text'])}</h{block['size']}>"
        case "pre":
            name = f'<span class="lang">{escape(block["language"])}</span>' if "language" in block else ""
            return f"<pre>{name}{_text(block['text'])}</pre>"
        case "mathematical_expression":
            latex = block["expression"]
            return f'<div class="formula">{to_mathml(latex, display=True) or _source(latex)}</div>'
        case "divider":
            return "<hr>"
        case "blockquote":
            return f"<blockquote>{blocks_html(block['blocks'])}</blockquote>"
        case "details":
            return f"<details><summary>{_text(block['summary'])}</summary>{blocks_html(block['blocks'])}</details>"
        case "list":
            tag = "ol" if "value" in block["items"][0] else "ul"
            return f"<{tag}>{''.join(map(_item, block['items']))}</{tag}>"
        case "table":
            rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in block["cells"])
            caption = f"<caption>{_text(block['caption'])}</caption>" if "caption" in block else ""
            return f'<div class="wide"><table>{caption}{rows}</table></div>'
        case "photo":
            caption = f"<figcaption>{_text(block['caption']['text'])}</figcaption>" if "caption" in block else ""
            return f'<figure><img alt="" src="{escape(block["photo"]["media"])}">{caption}</figure>'
    return ""


def _item(item: Mapping[str, Any]) -> str:
    box = ("☑ " if item.get("is_checked") else "☐ ") if item.get("has_checkbox") else ""
    number = f' value="{item["value"]}"' if "value" in item else ""
    kind = ' class="task"' if box else ""
    return f"<li{kind}{number}>{box}{blocks_html(item['blocks'])}</li>"


def _cell(cell: Mapping[str, Any]) -> str:
    tag = "th" if cell.get("is_header") else "td"
    return f'<{tag} align="{escape(cell["align"])}">{_text(cell["text"])}</{tag}>'


def _text(text: Any) -> str:
    if isinstance(text, str):
        return escape(text, quote=False).replace("\n", "<br>")
    if isinstance(text, list):
        return _texts(text)
    match text["type"]:
        case "url":
            return f'<a href="{escape(text["url"])}">{_text(text["text"])}</a>'
        case "mathematical_expression":
            return to_inline_mathml(text["expression"]) or _source(text["expression"])
        case "anchor":
            return ""
    tag = _TEXTS.get(text["type"], "span")
    return f"<{tag}>{_text(text['text'])}</{tag}>"


def _texts(texts: list[Any]) -> str:
    """Texts side by side, from the last on: what follows a formula decides where its line may end."""
    html = ""
    for text in reversed(texts):
        shown = _text(text)
        html = tied(shown, html) if shown.endswith("</math>") else shown + html
    return html


def _source(latex: str) -> str:
    return f"<code>{escape(latex, quote=False)}</code>"
