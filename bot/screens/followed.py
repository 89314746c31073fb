"""What is followed by its name, and in a sentence what became of it."""

from collections.abc import Sequence

from bot.domain.subscription import MAX_KEYWORD, Followed, Kind, Subscription, in_quotes
from bot.screens.reader import Reader, clip
from bot.services.readers.browsing import Topic

NAMED = 8


def name_of(reader: Reader, one: Subscription, topics: Sequence[Topic] = ()) -> str:
    """What people call something that is followed; `topics` name categories in the reader's language."""
    match one.what.kind:
        case Kind.ALL:
            return reader.words("subscription.everything")
        case Kind.TAG:
            return f"#{one.what.name}"
        case Kind.KEYWORD:
            return reader.words("subscription.keyword", word=one.what.name)
    return next((topic.name for topic in topics if topic.key == one.what.key), one.what.name)


def told(reader: Reader, one: Subscription, topics: Sequence[Topic] = ()) -> str:
    """The name as it stands inside a sentence."""
    if one.what.kind is Kind.ALL:
        return reader.words("subscription.everything_told")
    return clip(name_of(reader, one, topics), 40)


def said_of(reader: Reader, one: Subscription, *, is_new: bool) -> str:
    """What following something has come to."""
    key = "now_followed" if is_new else "was_followed"
    if one.what.kind is Kind.KEYWORD:
        return keywords(reader, [one.what]) if is_new else reader.words("keyword.was_followed", word=one.what.name)
    return reader.words(f"subscription.{key}", name=told(reader, one))


def keywords(reader: Reader, all_of_them: Sequence[Followed]) -> str:
    """That posts with any of these words will come."""
    names = [reader.words("subscription.keyword", word=one.name) for one in all_of_them]
    if len(names) > NAMED:
        told = reader.listed(names[:NAMED], more=True)
    elif len(names) > 1:
        told = reader.words("keyword.either", first=reader.listed(names[:-1]), last=names[-1])
    else:
        told = names[0]
    return reader.words("keyword.now_followed", words=told)


def ended(reader: Reader, one: Subscription) -> str:
    """That something is followed no longer, under the name by which it was."""
    if one.what.kind is Kind.KEYWORD:
        return reader.words("keyword.ended", word=one.what.name)
    return reader.words("subscription.ended", name=told(reader, one))


def meant_name(meant: Followed) -> str:
    """A category or tag as people call it."""
    return f"#{meant.name}" if meant.kind is Kind.TAG else meant.name


def unknown(reader: Reader, name: str, *, channel: str = "", meant: Followed | None = None) -> str:
    """Nothing is called so: what may be meant, or how to follow posts that hold these words."""
    if in_quotes(name) is not None:
        return reader.words("keyword.none", n=MAX_KEYWORD)
    words = " ".join(name.replace('"', " ").lstrip("#").split())
    key = "subscription.no_tag" if name.startswith("#") else "subscription.no_category"
    said = reader.words(key, name=clip(name, 60))
    if meant is not None:
        return reader.sentences(said, reader.words("subscription.meant", name=clip(meant_name(meant), 60)))
    if not words or len(words) > MAX_KEYWORD:
        return said
    command = " ".join(filter(None, ("/subscribe", channel, f'"{words}"')))
    return said + "\n" + reader.words("keyword.so", command=command)
