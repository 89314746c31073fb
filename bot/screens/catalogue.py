"""The words of the interface: one TOML file a language, dotted keys, CLDR plural forms."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

LANGUAGES = ("zh", "en")
_GLUED = re.compile(r"[\u3400-\u9fff][A-Za-z0-9`]|[A-Za-z0-9`][\u3400-\u9fff]")


class MissingWordsError(KeyError):
    """A key that the language's catalogue does not have: a fault of ours."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: `words("shelf.page", number=2, pages=8)`.

    A key with plural forms takes its number as `n`.
    """

    language: str
    # There is one for each language, so screens can be kept by it.
    _texts: Mapping[str, str | Mapping[str, str]] = field(compare=False, repr=False)

    def __call__(self, key: str, /, **facts: object) -> str:
        try:
            text = self._texts[key]
        except KeyError:
            raise MissingWordsError(f"{self.language}: {key}") from None
        if not isinstance(text, str):
            text = text.get(plural_form(self.language, facts["n"])) or text["other"]
        return _spaced(text, facts) if self.language == "zh" else text.format(**facts)

    def has(self, key: str) -> bool:
        return key in self._texts

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._texts)


def plural_form(language: str, number: object) -> str:
    """The CLDR plural category of a whole number: English knows one and other, Chinese only other."""
    return "one" if language == "en" and number == 1 else "other"


def _spaced(text: str, facts: Mapping[str, object]) -> str:
    """`text` with its facts, a space set where a fact makes Chinese and Latin meet: 只看 NLP, but 只看深度学习."""
    made = ""
    for literal, name, form, _ in Formatter().parse(text):
        made = _beside(made, literal)
        if name is not None:
            made = _beside(made, format(facts[name], form or ""))
    return made


def _beside(left: str, right: str) -> str:
    meet = left[-1:] + right[:1]
    return f"{left} {right}" if left and _GLUED.fullmatch(meet) else left + right


@cache
def words(language: str) -> Words:
    """The words of `zh` or `en`."""
    path = resources.files("bot.screens") / "locales" / f"{language}.toml"
    return Words(language, _flat(tomllib.loads(path.read_text(encoding="utf-8"))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str | Mapping[str, str]]:
    flat: dict[str, str | Mapping[str, str]] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, str) or "other" in value:
            flat[name] = value
        else:
            flat |= _flat(value, f"{name}.")
    return flat
