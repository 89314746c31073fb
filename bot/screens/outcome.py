"""What became of what an admin did, in a sentence, with the way to take it back."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.action import Action
from bot.domain.message import Button, Screen, TextBuilder, utf16_length
from bot.domain.post import State
from bot.domain.problem import Problem
from bot.domain.upload_actions import ListPosts, ManagePost, OfferVersion, ReadPublished, ShowLog, ShowProof, UndoChange
from bot.screens.problem import add_marked, sentence
from bot.screens.reader import Reader, clip
from bot.screens.shelf import TITLE_LIMIT
from bot.services.authors.editing import Done
from bot.storage.authors.changes import Change

NAME_LIMIT = 80
SHOWN = 12
# Of many posts' lines, with room for what is said before and after them.
TOLD_UNITS = 3000
QUOTED, QUOTED_SHOWN = 80, 3


def outcome(
    reader: Reader,
    made: Sequence[Done],
    zone: ZoneInfo,
    *,
    problem: Problem | None = None,
    rest: str = "",
    notice: str = "",
    back: Action | None = None,
) -> Screen:
    """What became of the posts, with a way to take each back; `problem` is what stopped the rest.

    `rest` is the upload that has more posts, not decided yet; `back` leads to where the tap was.
    """
    text = TextBuilder()
    if notice:
        text.add(notice + "\n\n")
    buttons: list[tuple[Button, ...]] = []
    posts = [done for done in made if done.change.action != "image"]
    told = _told(reader, posts, zone)
    text.add("\n".join(told))
    if len(told) < len(posts):
        text.add("\n" + reader.words("problem_line.more", n=len(posts) - len(told)))
    for number, done in enumerate(posts[: min(SHOWN, len(told))], 1):
        mark = "" if len(posts) == 1 else f" {number}"
        ways = []
        if done.post is not None and done.post.state is State.PUBLISHED:
            ways.append(Button(reader.words("button.read_here") + mark, ReadPublished(done.post.key)))
        # What was called off is announced again from the post's page, after a look at whom that reaches.
        if done.change.action != "call_off":
            ways.append(Button(undo_label(reader, done.change) + mark, UndoChange(done.change.nonce, *_place(back))))
        buttons.append(tuple(ways))
    if problem is not None:
        text.add("\n\n✗ " if posts else "✗ ").add(clip(problem.file, NAME_LIMIT), "code").add(" ")
        add_marked(text, sentence(reader, problem))
    if len(posts) > len(buttons):
        text.add("\n\n" + reader.words("outcome.more_undo", n=len(posts) - len(buttons)))
    ways_on = [reader.button("rest", ShowProof(rest))] if rest else []
    ways_on += [reader.button("back", back)] if back is not None else []
    return _screen(text, [*buttons, tuple(ways_on)])


def _told(reader: Reader, posts: Sequence[Done], zone: ZoneInfo) -> list[str]:
    """A line for each post, of so many as fit; of several the numbers say which the buttons mean."""
    lines: list[str] = []
    room = TOLD_UNITS
    for number, done in enumerate(posts, 1):
        line = (f"{number}. " if len(posts) > 1 else "") + _became(reader, done, zone)
        room -= utf16_length(line) + 1
        if room < 0 and lines:
            break
        lines.append(line)
    return lines


def _place(back: Action | None) -> tuple[str, str, int]:
    """Where a tap on Undo comes back to, as UndoChange has it."""
    match back:
        case ListPosts(state, page) | ManagePost(_, state, page):
            return "p", state, page
        case ShowLog(page):
            return "l", "", page
    return "", "p", 0


def undo_label(reader: Reader, change: Change) -> str:
    """What taking back a change is called; of what took something back, doing that once more."""
    return reader.words("button.redo" if change.action == "undo" else "button.undo")


def refused(reader: Reader, problem: Problem, *, page: ManagePost | None = None) -> Screen:
    """A file that cannot be taken at all, or (with the `page` of its post) be changed."""
    text = TextBuilder().add("✗ ").add(clip(problem.file, NAME_LIMIT), "code").add(" ")
    add_marked(text, sentence(reader, problem))
    return _screen(text, _page(reader, page))


def not_undone(reader: Reader, file: str, *, earlier: str = "", page: ManagePost | None = None) -> Screen:
    """A file that was changed again since: what can be done instead. `earlier` is the change before which it was."""
    text = TextBuilder().add("✗ ").add(clip(file, NAME_LIMIT), "code").add(" " + reader.words("outcome.changed_again"))
    ways = _page(reader, page)
    if earlier:
        text.add("\n\n" + reader.words("outcome.earlier"))
        ways = [(reader.button("earlier", OfferVersion(earlier)),), *ways]
    elif page is not None:
        text.add("\n\n" + reader.words("outcome.on_its_page"))
    return _screen(text, ways)


def _page(reader: Reader, page: ManagePost | None) -> list[tuple[Button, ...]]:
    return [(reader.button("post_page", page),)] if page is not None else []


def quoted(reader: Reader, titles: Sequence[str]) -> str:
    """Titles within a sentence, the first of many."""
    shown = [f"“{clip(title, QUOTED)}”" for title in titles[:QUOTED_SHOWN]]
    return reader.listed(shown, more=len(titles) > QUOTED_SHOWN)


def local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _became(reader: Reader, done: Done, zone: ZoneInfo) -> str:
    title = clip(done.change.title or done.change.path, TITLE_LIMIT)
    post, action = done.post, done.change.action
    if action == "delete":
        return reader.words("outcome.deleted", title=title)
    if action == "announce":
        said = reader.words("outcome.announced", title=title)
        return _and_told(reader, said, done.to_tell, "to_tell", "nobody")
    if action == "call_off":
        return _and_told(reader, reader.words("outcome.called_off", title=title), done.told, "told", "nobody_told")
    if action in ("undo", "redo"):
        return _undone(reader, done, clip(post.title, TITLE_LIMIT) if post else title)
    if post is None:
        return reader.words("outcome.not_shelved", title=title)
    if post.state is State.SCHEDULED:
        return reader.words("outcome.scheduled", title=title, moment=local(post.publish_at, zone))
    if post.state is State.DRAFT:
        return reader.words("outcome.withdrawn" if post.is_withdrawn else "outcome.draft", title=title)
    if post.state is State.EXPIRED and post.content_hash == done.change.after_hash:
        return reader.words("outcome.expired", title=title)
    if post.state is State.PUBLISHED and post.content_hash == done.change.after_hash:
        said = reader.words("outcome.replaced" if action == "replace" else "outcome.published", title=title)
        return _and_told(reader, said, done.to_tell, "to_tell", "nobody")
    # A version that could not be read left the one before it on the shelf.
    is_kept = post.state is not State.PUBLISHED or post.content_hash == done.change.before_hash
    return reader.words("outcome.not_shelved" if is_kept else "outcome.changed_since", title=title)


def _undone(reader: Reader, done: Done, title: str) -> str:
    """How the post is now, and who was told of what is taken back."""
    is_again = done.change.action == "redo"
    if done.change.after_hash is None:
        said = reader.words("outcome.deleted" if is_again else "outcome.taken_away", title=title)
    elif done.change.before_hash is None:
        said = reader.words("outcome.put_back", title=title)
    else:
        said = reader.words("outcome.redone" if is_again else "outcome.undone", title=title)
    return _and_told(reader, said, done.told, "told", "nobody_told")


def _and_told(reader: Reader, said: str, chats: int | None, some: str, none: str) -> str:
    if chats is None:
        return said
    told = reader.words(f"outcome.{some}", n=chats) if chats else reader.words(f"outcome.{none}")
    return reader.sentences(said, told)


def _screen(text: TextBuilder, buttons: Sequence[tuple[Button, ...]]) -> Screen:
    built = text.build()
    return Screen(built.text, built.entities, tuple(row for row in buttons if row))
