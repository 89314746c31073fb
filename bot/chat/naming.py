"""What people mean when they type what they follow: a name in either language, a #tag, or words in quotes."""

from bot.chat.desk import Desk
from bot.domain.subscription import Followed, Kind, Subscriber, Subscription, in_quotes
from bot.screens.catalogue import LANGUAGES, words
from bot.services.delivery import subscribing
from bot.services.delivery.digests import fold_words

_EVERYTHING = {fold_words(words(language)("subscription.everything")) for language in LANGUAGES}


async def called(desk: Desk, name: str, *, language: str) -> Followed | None:
    """Words in quotes, everything, a #tag, or a category; None when there is none of that name."""
    if in_quotes(name) is not None:
        return subscribing.keyword(name)
    if fold_words(name) in _EVERYTHING:
        return Followed(Kind.ALL)
    return await subscribing.topic_called(desk.db, name, language=language)


def named(subscriber: Subscriber, name: str) -> Subscription | None:
    """What of all that is followed here goes by this name; of words in quotes rather the keyword."""
    quoted = in_quotes(name)
    wanted = fold_words((name if quoted is None else quoted).lstrip("#"))
    found = [
        one
        for one in subscriber.subscriptions
        if wanted in (_EVERYTHING if one.what.kind is Kind.ALL else {fold_words(one.what.name), one.what.key})
    ]
    return max(found, key=lambda one: quoted is not None and one.what.kind is Kind.KEYWORD, default=None)
