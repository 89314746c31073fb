"""Scripts in Unicode's small characters, or in full size after `_` and `^`."""

from bot.markup.formulas.nodes import NotLinearError
from bot.markup.formulas.pieces import WORDS, Level, Written

# Letters of a name: so many are set in full size, and the longer ones even where small letters exist.
_NAME, _LONG_NAME = 3, 4


def small(script: Written | None, table: dict[str, str]) -> str | None:
    """The script in Unicode's own small characters; words read better in full size."""
    if not script:
        return ""
    wordy = len(script.text) > 1 and (WORDS & set(script.kinds) or _is_name(script.text, _LONG_NAME))
    if wordy or any(character not in table for character in script.text):
        return None
    return translate(script.text, table)


def translate(text: str, table: dict[str, str]) -> str:
    """Every character by the table. Raises NotLinearError when one is missing."""
    if any(character not in table for character in text):
        raise NotLinearError
    return "".join(table[character] for character in text)


def _is_name(text: str, length: int) -> bool:
    """Whether letters side by side are a name (x_{hidden}) and not a product of indices (x_{ij}, W_{QK})."""
    return len(text) >= length and text.isascii() and text.isalpha() and text.islower()


def bare(script: Written) -> str:
    """The script as it stands after `_` or `^`: in parentheses unless it is one sign or a name."""
    if _is_name(script.text, _NAME):
        return script.text
    alone = script.level is Level.ATOM and len(script.kinds) == 1 and (len(script.text) == 1 or script.text.isalnum())
    bracketed = script.level is Level.ATOM and script.text[0] in "[{⟨"
    return script.text if alone or bracketed else f"({script.text})"
