"""The screens a newcomer meets: start, help, numbers, and plain notices."""

from bot.domain.action import ShowCategories, ShowHelp, ShowHome, ShowList, ShowRandom, ShowSettings, ShowTags
from bot.domain.digest_actions import ShowDigest
from bot.domain.message import Button, Screen, TextBuilder
from bot.screens.reader import Reader, clip
from bot.services.readers.browsing import Overview

# What a link gives to /start that leads to what a person follows.
SUBSCRIBE = "subscribe"


def start(reader: Reader, overview: Overview) -> Screen:
    """What this is, and buttons to everything."""
    words = reader.words
    text = TextBuilder().add(reader.title, "bold")
    if overview.description:
        text.add("\n" + clip(overview.description, 300))
    if overview.newest is None:
        text.add("\n" + words("home.empty"))
    else:
        posts = words("home.posts", n=overview.posts)
        date = reader.date(overview.newest)
        text.add("\n" + words("home.in_categories", n=overview.categories, posts=posts, date=date))
    if reader.private:
        text.add("\n\n" + words("home.type_to_find"))
    built = text.build()
    return Screen(
        built.text,
        built.entities,
        (
            (reader.button("latest", ShowList()), reader.button("categories", ShowCategories())),
            (reader.button("tags", ShowTags()), reader.button("random", ShowRandom())),
            (
                Button(words("subscription.button"), ShowDigest()),
                reader.button("settings", ShowSettings()),
                reader.button("help", ShowHelp()),
            ),
        ),
    )


def help_(reader: Reader) -> Screen:
    """Everything the bot can do, a paragraph a purpose."""
    words = reader.words
    text = TextBuilder().add(words("help.heading"), "bold")
    told = ("reading", "finding", "following", "settings", "privacy", "number")
    if not reader.private:
        told = ("reading_group", "finding_group", "following_group", "settings", "privacy_group", "number")
    for part in told:
        text.add("\n\n" + words(f"help.{part}", bot=reader.bot))
    if reader.admin and reader.private:
        text.add("\n\n" + words("help.publishing"))
    built = text.build()
    return Screen(built.text, built.entities, ((reader.button("home", ShowHome()),),))


def numbers(reader: Reader, *, user_id: int | None, chat_id: int) -> Screen:
    """A person's number, and the chat's where it is another; `user_id` is None for anonymous admins."""
    words = reader.words
    text = TextBuilder()
    if user_id is None:
        text.add(words("id.anonymous"))
    else:
        before, _, after = words("id.yours", number="\x00").partition("\x00")
        text.add(before).add(str(user_id), "code").add(after)
    if chat_id != user_id:
        before, _, after = words("id.chat", number="\x00").partition("\x00")
        text.add("\n" + before).add(str(chat_id), "code").add(after)
    if user_id is not None and reader.private and not reader.admin:
        text.add("\n" + words("id.hint"))
    built = text.build()
    return Screen(built.text, built.entities, ((reader.button("home", ShowHome()),),))


def notice(reader: Reader, key: str, **facts: object) -> Screen:
    """One sentence of the catalogue, with ways on."""
    return Screen(
        reader.words(key, **facts),
        (),
        ((reader.button("latest", ShowList()), reader.button("help", ShowHelp())),),
    )


def only_admins(reader: Reader) -> Screen:
    """Who may not choose for a group is led to where everybody may."""
    own = Button(reader.words("subscription.in_private"), url=reader.deep_link(SUBSCRIBE))
    return plain(reader.words("settings.group_only_admins"), *([] if reader.private else [(own,)]))


def plain(text: str, *buttons: tuple[Button, ...]) -> Screen:
    """Words alone."""
    return Screen(text, (), buttons)
