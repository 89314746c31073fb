"""A post as plain text for showing pieces of it: formulas and powers as a reader sees them, never as LaTeX."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

from bot.markup.formulas import to_unicode
from bot.markup.plain.excerpt import Language
from bot.markup.plain.lines import search_text
from bot.markup.plain.words import small_or_marked
from bot.markup.tree import Math, MathBlock, Paragraph, Styled, Tree, Words

_STANDS_FOR_FORMULA = {"zh": "〔公式〕", "en": "[formula]"}


def shown_text(tree: Tree, *, language: Language) -> str:
    """What `search_text` calls the body, with each formula in Unicode where that is true to it, else a word for it."""
    return search_text(_rewritten(tree, _STANDS_FOR_FORMULA[language])).body


def _rewritten(node: Any, stand_in: str) -> Any:
    match node:
        case Math(latex):
            return Words(to_unicode(latex) or stand_in)
        case MathBlock(latex):
            return Paragraph((Words(to_unicode(latex, display=True) or stand_in),))
        case Styled("sub" | "sup" as style, (Words(text),)):
            return Words(small_or_marked(style, text))
        case tuple():
            return tuple(_rewritten(one, stand_in) for one in node)
        case _ if is_dataclass(node) and not isinstance(node, type):
            held = {
                one.name: value for one in fields(node) if isinstance(value := getattr(node, one.name), tuple) and value
            }
            return replace(node, **{name: _rewritten(value, stand_in) for name, value in held.items()})
        case _:
            return node
