"""Posts as their admins manage them: lists by state, one post with what can be done, and the log."""

from zoneinfo import ZoneInfo

from bot.domain.action import Action, ShowHome
from bot.domain.message import Button, Screen, TextBuilder
from bot.domain.post import State
from bot.domain.upload_actions import (
    ChangePost,
    ListPosts,
    ManagePost,
    PreviewPost,
    ReadPublished,
    SchedulePost,
    ShowLog,
    UndoChange,
)
from bot.screens.outcome import local, undo_label
from bot.screens.problem import add_problems
from bot.screens.reader import Reader, clip, rows
from bot.services.managing import LogPage, Managed, PostList
from bot.storage.changes import Change
from bot.storage.managing import ManagedPost

SHELVES = ("p", "s", "d", "w", "x")
TITLE_LIMIT = 120
# So much of a hash tells two versions of a file apart.
VERSION_DIGITS = 10
SHORT_HASH = 7


def listing(reader: Reader, found: PostList, zone: ZoneInfo) -> Screen:
    """A page of posts in a state, with the other states to choose from."""
    words = reader.words
    text = TextBuilder().add(words("posts.heading"), "bold").add(" · ")
    if found.words:
        text.add(words("posts.found", words=clip(found.words, 60)))
    else:
        text.add(words(f"posts.shelf_{found.shelf}", n=found.counts[found.shelf]))
    if found.pages > 1:
        text.add(" · " + words("shelf.page", number=found.page + 1, pages=found.pages))
    if found.problems and not found.page:
        text.add("\n")
        add_problems(text, reader, found.problems, with_file=True)
    for number, post in enumerate(found.posts, 1):
        text.add(f"\n\n{number}. ").add(clip(post.title, TITLE_LIMIT), "bold")
        text.add("\n" + _facts(reader, post, zone) + "\n").add(clip(post.path, 160), "code")
    if not found.posts and not found.problems:
        text.add("\n\n" + words("posts.none"))
    if not found.words:
        text.add("\n\n" + words("posts.hint"))
    numbered = [
        Button(str(number), ManagePost(post.id, found.origin, found.page)) for number, post in enumerate(found.posts, 1)
    ]
    turning: list[Button] = []
    if found.page > 0:
        turning.append(reader.button("newer", ListPosts(found.origin, found.page - 1)))
    if found.page + 1 < found.pages:
        turning.append(reader.button("older", ListPosts(found.origin, found.page + 1)))
    shelves = [
        Button(words(f"posts.button_{shelf}", n=found.counts[shelf]), ListPosts(shelf))
        for shelf in SHELVES
        if shelf != found.shelf or found.words
    ]
    buttons = (*rows(numbered, 5), tuple(turning), *rows(shelves, 2), (reader.button("home", ShowHome()),))
    return _screen(text, buttons)


def managed(reader: Reader, found: Managed, back: ManagePost, zone: ZoneInfo) -> Screen:
    """One post, and what can be done with it."""
    post, wrong = found.post, found.problems
    text = TextBuilder().add(clip(post.title, TITLE_LIMIT), "bold")
    text.add("\n" + _facts(reader, post, zone) + "\n").add(clip(post.path, 200), "code")
    if wrong:
        text.add("\n")
        add_problems(text, reader, wrong)
    is_missing = post.state is State.WITHDRAWN
    text.add("\n\n" + reader.words("posts.file_gone" if is_missing else "posts.how_to_replace"))
    buttons: list[tuple[Button, ...]] = []
    schedule = reader.button("schedule", SchedulePost(post.id, version_of(post), "", back.state, back.page))
    if post.state is State.PUBLISHED:
        read = reader.button("read_here", ReadPublished(post.key, post.language))
        buttons = [
            (read, _do(reader, post, "open", "e", back)),
            (_do(reader, post, "announce", "n", back), schedule),
            (_do(reader, post, "withdraw", "w", back),),
        ]
    elif not is_missing:
        preview = reader.button("preview", PreviewPost(post.id, 0, "", back.state, back.page))
        buttons = [
            (preview, _do(reader, post, "publish_again", "a", back)),
            (schedule, _do(reader, post, "open", "e", back)),
        ]
        if post.state is State.SCHEDULED:
            buttons.append((_do(reader, post, "unschedule", "w", back),))
    if not is_missing:
        buttons.append((_do(reader, post, "source", "f", back), _do(reader, post, "delete", "d", back)))
    if found.told is not None:
        moment = local(found.told.at, zone)
        text.add("\n" + reader.words("posts.told", n=found.told.chats, moment=moment))
    if found.last is not None:
        text.add("\n" + _last(reader, found.last, zone))
        undo = UndoChange(found.last.nonce, "p", back.state, back.page)
        buttons.append((Button(undo_label(reader, found.last), undo),))
    buttons.append((reader.button("back", ListPosts(back.state, back.page)),))
    return _screen(text, tuple(buttons))


def confirm_delete(reader: Reader, post: ManagedPost, back: ManagePost) -> Screen:
    """What will be lost, and a last question."""
    text = TextBuilder().add(reader.words("posts.really_delete", title=clip(post.title, TITLE_LIMIT)))
    buttons = ((_do(reader, post, "delete_now", "D", back), reader.button("back", back)),)
    return _screen(text, buttons)


def confirm_announcement(reader: Reader, post: ManagedPost, chats: int, back: ManagePost) -> Screen:
    """Who would be told, and a last question; none when nobody would."""
    title, leave = clip(post.title, TITLE_LIMIT), reader.button("back", back)
    if not chats:
        return _screen(TextBuilder().add(reader.words("posts.nobody_follows", title=title)), ((leave,),))
    text = TextBuilder().add(reader.words("posts.really_announce", title=title, n=chats))
    return _screen(text, ((_do(reader, post, "announce_now", "N", back), leave),))


def log(reader: Reader, found: LogPage, zone: ZoneInfo) -> Screen:
    """What admins did, a paragraph each."""
    words = reader.words
    text = TextBuilder().add(words("log.heading"), "bold")
    if found.pages > 1:
        text.add(" · " + words("shelf.page", number=found.page + 1, pages=found.pages))
    undoing: list[Button] = []
    for number, change in enumerate(found.changes, 1):
        text.add(f"\n\n{number}. {local(change.at, zone)} · " + words(f"log.{change.action}"))
        if change.nonce in found.undoable:
            undoing.append(
                Button(f"{undo_label(reader, change)} {number}", UndoChange(change.nonce, "l", "", found.page))
            )
        if change.state == "undone":
            text.add(" · " + words("log.was_undone"))
        text.add("\n" + clip(change.title, TITLE_LIMIT))
        if change.path:
            text.add(" " if change.title else "").add(clip(change.path, 160), "code")
        if change.before_hash or change.after_hash:
            text.add("\n" + words("log.by", admin=change.admin_id, hashes=_hashes(change)))
        else:
            text.add("\n" + words("log.by_whom", admin=change.admin_id))
    if not found.changes:
        text.add("\n\n" + words("log.none"))
    turning: list[Button] = []
    if found.page > 0:
        turning.append(reader.button("newer", ShowLog(found.page - 1)))
    if found.page + 1 < found.pages:
        turning.append(reader.button("older", ShowLog(found.page + 1)))
    return _screen(text, (*rows(undoing, 3), tuple(turning), (reader.button("home", ShowHome()),)))


def version_of(post: ManagedPost) -> str:
    """What a button says of the version that its admin saw."""
    return post.content_hash[:VERSION_DIGITS]


def _do(reader: Reader, post: ManagedPost, label: str, what: str, back: ManagePost) -> Button:
    action: Action = ChangePost(post.id, version_of(post), what, back.state, back.page)
    return Button(reader.words(f"posts.do_{label}"), action)


def _facts(reader: Reader, post: ManagedPost, zone: ZoneInfo) -> str:
    state = "withdrawn" if post.is_withdrawn else str(post.state)
    moment = post.publish_at if post.state is State.SCHEDULED else post.date
    return " · ".join((reader.words(f"posts.state_{state}"), local(moment, zone), post.language))


def _last(reader: Reader, change: Change, zone: ZoneInfo) -> str:
    """What was last done, and when: what Undo takes back."""
    what, button = reader.words(f"log.{change.action}"), undo_label(reader, change)
    return reader.words("posts.last", what=what, moment=local(change.at, zone), button=button)


def _hashes(change: Change) -> str:
    before, after = ((found or "")[:SHORT_HASH] or "–" for found in (change.before_hash, change.after_hash))
    return f"{before} → {after}"


def _screen(text: TextBuilder, buttons: tuple[tuple[Button, ...], ...]) -> Screen:
    built = text.build()
    return Screen(built.text, built.entities, tuple(row for row in buttons if row))
