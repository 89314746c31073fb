"""What a chat has chosen: the language and the form in which it reads."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Form: TypeAlias = Literal["classic", "rich"]


@dataclass(frozen=True, slots=True)
class Preferences:
    """`language` is zh, en, or empty to follow Telegram's; `known` is false for a chat never seen before."""

    language: str = ""
    form: Form = "classic"
    known: bool = False


def language_for(preferences: Preferences, telegram_language: str, fallback: str) -> str:
    """The interface's language: as chosen, else as the reader's Telegram speaks, else the fallback."""
    if preferences.language:
        return preferences.language
    spoken = telegram_language.lower().partition("-")[0]
    return spoken if spoken in {"zh", "en"} else fallback
