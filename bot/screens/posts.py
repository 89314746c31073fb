"""Posts as their admins manage them: lists by state, one post with what can be done, and the log."""

from collections.abc import Mapping
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
from bot.services.authors.announcing import Told
from bot.services.authors.managing import LogPage, Managed, PostList
from bot.storage.authors.changes import Change
from bot.storage.authors.managing import ManagedPost

SHELVES = ("p", "s", "d", "w", "x")
TITLE_LIMIT = 120
NAME_LIMIT = 32
# So much of a hash tells two versions of a file apart.
VERSION_DIGITS = 10


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
        text.add(f"\n\n{number}. ").quote(clip(post.title, TITLE_LIMIT), "bold")
        # On three of the shelves each post is what the heading says.
        facts = _facts(reader, post, zone, with_state=bool(found.words) or found.shelf in ("w", "x"))
        text.add("\n" + facts + "\n").add(clip(post.path, 160), "code")
    if not found.posts and not found.problems:
        text.add("\n\n" + words("posts.none_found" if found.words else "posts.none"))
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
    text = TextBuilder().quote(clip(post.title, TITLE_LIMIT), "bold")
    text.add("\n" + _facts(reader, post, zone) + "\n").add(clip(post.path, 200), "code")
    if wrong:
        text.add("\n")
        add_problems(text, reader, wrong)
    is_missing = post.state is State.WITHDRAWN
    text.add("\n\n" + reader.words("posts.file_gone" if is_missing else "posts.how_to_replace"))
    buttons: list[tuple[Button, ...]] = []
    ways = (_do(reader, post, "source", "f", back), _do(reader, post, "delete", "d", back))
    schedule = reader.button("schedule", SchedulePost(post.id, version_of(post), "", back.state, back.page))
    if post.state is State.PUBLISHED:
        read = reader.button("read_here", ReadPublished(post.key, post.language))
        buttons = [
            (read, _do(reader, post, "open", "e", back)),
            (_do(reader, post, "announce", "n", back), schedule),
            (ways[0], _do(reader, post, "withdraw", "w", back), ways[1]),
        ]
    elif not is_missing:
        preview = reader.button("preview", PreviewPost(post.id, 0, "", back.state, back.page))
        hidden = (_do(reader, post, "unschedule", "w", back),) if post.state is State.SCHEDULED else ()
        buttons = [
            (preview, _do(reader, post, "publish_again", "a", back)),
            (schedule, _do(reader, post, "open", "e", back)),
            (ways[0], *hidden, ways[1]),
        ]
    undoing: list[Button] = []
    if found.told is not None:
        text.add("\n" + _told(reader, found.told, zone))
        if found.told.waiting:
            stop = UndoChange(found.told.nonce, "p", back.state, back.page)
            undoing.append(Button(reader.words("posts.do_call_off"), stop))
    if found.last is not None:
        text.add("\n" + _last(reader, found.last, zone))
        undo = UndoChange(found.last.nonce, "p", back.state, back.page)
        undoing.append(Button(undo_label(reader, found.last), undo))
    buttons += [tuple(undoing), (reader.button("back", ListPosts(back.state, back.page)),)]
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


def log(reader: Reader, found: LogPage, zone: ZoneInfo, *, viewer: int, names: Mapping[int, str]) -> Screen:
    """What admins did, a paragraph each; the `viewer` is told from the others, who have their `names` or numbers."""
    words = reader.words
    text = TextBuilder().add(words("log.heading"), "bold")
    if found.pages > 1:
        text.add(" · " + words("shelf.page", number=found.page + 1, pages=found.pages))
    undoing: list[Button] = []
    for number, change in enumerate(found.changes, 1):
        text.add(f"\n\n{number}. {local(change.at, zone)} · " + words(f"log.{_act(change)}"))
        if change.nonce in found.undoable:
            undoing.append(
                Button(f"{undo_label(reader, change)} {number}", UndoChange(change.nonce, "l", "", found.page))
            )
        if change.state == "undone":
            text.add(" · " + words("log.was_redone" if change.action == "undo" else "log.was_undone"))
        text.add("\n" + clip(change.title, TITLE_LIMIT))
        if change.path:
            text.add("\n" if change.title else "").add(clip(change.path, 160), "code")
        _add_doer(text.add("\n"), reader, change.admin_id, viewer, names)
    if not found.changes:
        text.add("\n\n" + words("log.none"))
    turning: list[Button] = []
    if found.page > 0:
        turning.append(reader.button("newer", ShowLog(found.page - 1)))
    if found.page + 1 < found.pages:
        turning.append(reader.button("older", ShowLog(found.page + 1)))
    return _screen(text, (*rows(undoing, 3), tuple(turning), (reader.button("home", ShowHome()),)))


def _act(change: Change) -> str:
    """What was done; an image that Undo takes back with its post goes away."""
    return "image_removed" if change.action == "image" and change.after_hash is None else change.action


def _add_doer(text: TextBuilder, reader: Reader, admin_id: int, viewer: int, names: Mapping[int, str]) -> None:
    """Who did it; of two that have one name the number says which."""
    if admin_id == viewer:
        text.add(reader.words("log.by_you"))
        return
    name, number = clip(names.get(admin_id, ""), NAME_LIMIT), str(admin_id)
    if name and [clip(one, NAME_LIMIT) for one in names.values()].count(name) > 1:
        name = reader.words("log.one_of", name=name, number=number)
    before, _, after = reader.words("log.by", admin="\x00").partition("\x00")
    text.add(before).quote(name or number).add(after)


def version_of(post: ManagedPost) -> str:
    """What a button says of the version that its admin saw."""
    return post.content_hash[:VERSION_DIGITS]


def _do(reader: Reader, post: ManagedPost, label: str, what: str, back: ManagePost) -> Button:
    action: Action = ChangePost(post.id, version_of(post), what, back.state, back.page)
    return Button(reader.words(f"posts.do_{label}"), action)


def _facts(reader: Reader, post: ManagedPost, zone: ZoneInfo, *, with_state: bool = True) -> str:
    state = "withdrawn" if post.is_withdrawn else str(post.state)
    moment = post.publish_at if post.state is State.SCHEDULED else post.date
    said = [reader.words(f"posts.state_{state}")] if with_state else []
    return " · ".join((*said, local(moment, zone), post.language))


def _told(reader: Reader, told: Told, zone: ZoneInfo) -> str:
    """Whom an announcement has reached, and how many are to hear of it yet."""
    reached = reader.words("posts.told", n=told.chats, moment=local(told.at, zone))
    to_come = reader.words("posts.to_come", n=told.waiting) if told.waiting else ""
    return reader.words("posts.reached", reached=reached, to_come=to_come)


def _last(reader: Reader, change: Change, zone: ZoneInfo) -> str:
    """What was last done, and when: what Undo takes back."""
    what, button = reader.words(f"log.{change.action}"), undo_label(reader, change)
    return reader.words("posts.last", what=what, moment=local(change.at, zone), button=button)


def _screen(text: TextBuilder, buttons: tuple[tuple[Button, ...], ...]) -> Screen:
    built = text.build()
    return Screen(built.text, built.entities, tuple(row for row in buttons if row))
