"""Settings of a chat."""

from bot.domain.action import ChooseForm, ChooseLanguage, ShowHome
from bot.domain.message import Button, Screen, TextBuilder
from bot.domain.preferences import Preferences
from bot.screens.reader import Reader


def settings(reader: Reader, chosen: Preferences, *, may_change: bool = True) -> Screen:
    """What can be chosen, with a mark at what is; without `may_change` it is only told, for others choose here."""
    words = reader.words
    languages = {
        "zh": words("settings.language_zh"),
        "en": words("settings.language_en"),
        "": words("settings.language_follow"),
    }
    forms = {"classic": words("settings.form_classic"), "rich": words("settings.form_rich")}
    text = TextBuilder().add(words("settings.heading"), "bold")
    text.add("\n" + words("settings.language_now", language=languages[chosen.language]))
    text.add("\n" + words("settings.form_heading", form=forms[chosen.form]))
    text.add("\n\n" + words("settings.form_about" if may_change else "settings.group_only_admins"))
    built = text.build()
    home = (reader.button("home", ShowHome()),)
    if not may_change:
        return Screen(built.text, built.entities, (home,))
    return Screen(
        built.text,
        built.entities,
        (
            tuple(_language(reader, chosen, code, languages[code]) for code in ("zh", "en")),
            (_language(reader, chosen, "", languages[""]),),
            tuple(
                Button(_marked(reader, label, form == chosen.form), ChooseForm(form)) for form, label in forms.items()
            ),
            home,
        ),
    )


def _language(reader: Reader, chosen: Preferences, code: str, label: str) -> Button:
    return Button(_marked(reader, label, code == chosen.language), ChooseLanguage(code))


def _marked(reader: Reader, label: str, is_chosen: bool) -> str:
    return reader.words("settings.chosen", label=label) if is_chosen else label
