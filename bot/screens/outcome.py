"""What became of what an admin did, in a sentence, with the way to take it back."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.action import ReadPost
from bot.domain.message import Button, Screen, TextBuilder
from bot.domain.post import State
from bot.domain.problem import Problem
from bot.domain.upload_actions import UndoChange
from bot.screens.problem import add_marked, sentence
from bot.screens.reader import Reader, clip
from bot.screens.shelf import TITLE_LIMIT
from bot.services.editing import Done

NAME_LIMIT = 80
SHOWN = 12


def outcome(reader: Reader, made: Sequence[Done], zone: ZoneInfo, *, problem: Problem | None = None) -> Screen:
    """What became of the posts, with a way to take each back; `problem` is what stopped the rest."""
    text = TextBuilder()
    buttons: list[tuple[Button, ...]] = []
    posts = [done for done in made if done.change.action != "image"]
    for number, done in enumerate(posts, 1):
        text.add("\n" if number > 1 else "")
        text.add(_became(reader, done, zone))
        mark = "" if len(posts) == 1 else f" {number}"
        ways = []
        if done.post is not None and done.post.state is State.PUBLISHED:
            ways.append(Button(reader.words("button.read_here") + mark, ReadPost(done.post.key)))
        ways.append(Button(reader.words("button.undo") + mark, UndoChange(done.change.nonce)))
        buttons.append(tuple(ways))
    if problem is not None:
        text.add("\n\n✗ " if posts else "✗ ").add(clip(problem.file, NAME_LIMIT), "code").add(" ")
        add_marked(text, sentence(reader, problem))
    return _screen(text, buttons[:SHOWN])


def refused(reader: Reader, problem: Problem) -> Screen:
    """A file that cannot be taken at all."""
    text = TextBuilder().add("✗ ").add(clip(problem.file, NAME_LIMIT), "code").add(" ")
    add_marked(text, sentence(reader, problem))
    return _screen(text, ())


def local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _became(reader: Reader, done: Done, zone: ZoneInfo) -> str:
    title = clip(done.change.title or done.change.path, TITLE_LIMIT)
    post, action = done.post, done.change.action
    if action == "delete":
        return reader.words("outcome.deleted", title=title)
    if action == "undo":
        return reader.words("outcome.undone", title=clip(post.title, TITLE_LIMIT) if post else title)
    if post is None:
        return reader.words("outcome.not_shelved", title=title)
    if post.state is State.SCHEDULED:
        return reader.words("outcome.scheduled", title=title, moment=local(post.publish_at, zone))
    if post.state is State.DRAFT:
        return reader.words("outcome.withdrawn" if post.is_withdrawn else "outcome.draft", title=title)
    if post.state is State.PUBLISHED and post.content_hash == done.change.after_hash:
        return reader.words("outcome.replaced" if action == "replace" else "outcome.published", title=title)
    return reader.words("outcome.not_shelved", title=title)


def _screen(text: TextBuilder, buttons: Sequence[tuple[Button, ...]]) -> Screen:
    built = text.build()
    return Screen(built.text, built.entities, tuple(buttons))
