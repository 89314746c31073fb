"""What is kept about a chat, and the way to have it erased."""

from bot.domain.action import ShowHome
from bot.domain.digest_actions import Forget, ShowPrivacy
from bot.domain.message import Button, Screen, TextBuilder
from bot.domain.preferences import Preferences
from bot.domain.zones import zone_label
from bot.screens.reader import Reader
from bot.services.readers.keeping import Kept


def privacy(reader: Reader, chosen: Preferences, kept: Kept) -> Screen:
    """In plain words, with what there is right now."""
    words = reader.words
    text = TextBuilder().add(words("privacy.heading"), "bold")
    if chosen.known:
        text.add("\n" + words("privacy.kept"))
        language = words(f"settings.language_{chosen.language}") if chosen.language else words("privacy.as_telegram")
        text.add("\n· " + words("privacy.language", language=language))
        if kept.subscriptions:
            text.add("\n· " + words("privacy.subscriptions", n=kept.subscriptions))
        if kept.zone:
            text.add("\n· " + words("privacy.zone", zone=zone_label(kept.zone, words.language)))
        if kept.digests:
            text.add("\n· " + words("privacy.digests"))
        if kept.searches:
            text.add("\n· " + words("privacy.searches"))
        closing = reader.sentences(words("privacy.not_kept"), words("privacy.how_to_erase"))
    else:
        text.add("\n" + words("privacy.nothing"))
        closing = words("privacy.not_kept")
    text.add("\n\n" + closing)
    built = text.build()
    erase = ((Button(words("privacy.erase"), Forget()),),) if chosen.known else ()
    return Screen(built.text, built.entities, (*erase, (reader.button("home", ShowHome()),)))


def ask(reader: Reader) -> Screen:
    """The question before everything is erased."""
    words = reader.words
    yes = Button(words("privacy.sure"), Forget(1))
    return Screen(words("privacy.question"), (), ((yes, reader.button("back", ShowPrivacy())),))


def erased(reader: Reader) -> Screen:
    """It is done."""
    return Screen(reader.words("privacy.erased"), (), ((reader.button("home", ShowHome()),),))
