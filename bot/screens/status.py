"""What an admin sees of the publication: all well, or what needs a decision, with the buttons to decide."""

from dataclasses import dataclass
from datetime import timedelta

from bot.content.problems import file_size
from bot.domain.digest_actions import ConfirmWithdraw, ReleaseHeld, SettleUncertain, ShowStatus
from bot.domain.message import Button, Screen, TextBuilder
from bot.domain.post import State
from bot.domain.subscription import Kind
from bot.screens.problem import add_problems
from bot.screens.reader import Reader, clip
from bot.screens.times import day_and_time
from bot.services.supervising import Supervision

_UNITS = (("days", 24 * 60), ("hours", 60), ("minutes", 1))
"""Minutes in each."""


@dataclass(frozen=True, slots=True)
class Program:
    """What runs: its version, and for how long."""

    version: str
    up: timedelta


def status(reader: Reader, view: Supervision, program: Program, *, zone: str, notice: str = "") -> Screen:
    """A heading that says how many things wait, counts, problems by line, and the uncertain one by one."""
    words = reader.words
    text = TextBuilder()
    if notice:
        text.add(notice + "\n\n")
    text.add(words("status.needs", n=view.needs) if view.needs else words("status.well"), "bold")
    for line in (
        _posts(reader, view, zone),
        _synced(reader, view, zone),
        _digests(reader, view),
        _people(reader, view),
        _machine(reader, view, program),
    ):
        text.add("\n" + line)
    _add_needs(text, reader, view)
    built = text.build()
    return Screen(built.text, built.entities, _buttons(reader, view))


def ask_withdraw(reader: Reader, count: int) -> Screen:
    """The question before posts leave the shelf."""
    words = reader.words
    yes = Button(words("status.withdraw_sure"), ConfirmWithdraw(1))
    back = reader.button("back", ShowStatus())
    return Screen(words("status.withdraw_question", n=count), (), ((yes, back),))


def _posts(reader: Reader, view: Supervision, zone: str) -> str:
    words = reader.words
    parts = [words("home.posts", n=view.posts.get(State.PUBLISHED, 0))]
    if drafts := view.posts.get(State.DRAFT, 0):
        parts.append(words("status.drafts", n=drafts))
    if scheduled := view.posts.get(State.SCHEDULED, 0):
        parts.append(words("status.scheduled", n=scheduled))
    if view.next_post is not None:
        parts.append(words("status.next_post", moment=day_and_time(words, view.next_post, zone)))
    return " · ".join(parts)


def _synced(reader: Reader, view: Supervision, zone: str) -> str:
    words = reader.words
    if view.last_sync is None:
        return words("status.never_synced")
    return words("status.synced", moment=day_and_time(words, view.last_sync, zone))


def _digests(reader: Reader, view: Supervision) -> str:
    words = reader.words
    facts = {name: view.ended.get(name, 0) for name in ("sent", "failed")}
    return words("status.digests", waiting=view.waiting, paused=view.paused, uncertain=view.uncertain_count, **facts)


def _people(reader: Reader, view: Supervision) -> str:
    words = reader.words
    total = sum(view.followers.values())
    parts = [words("privacy.subscriptions", n=total)]
    parts += [words(f"status.followers_{cadence}", n=view.followers[cadence]) for cadence in sorted(view.followers)]
    for kind, name, count in view.topics:
        label = words("subscription.everything") if kind == Kind.ALL else clip(name, 30)
        parts.append(f"{label} {count}")
    return " · ".join(parts)


def _machine(reader: Reader, view: Supervision, program: Program) -> str:
    words, minutes = reader.words, int(program.up.total_seconds()) // 60
    unit, number = next((unit, minutes // length) for unit, length in _UNITS if minutes >= length or length == 1)
    parts = (view.database, file_size(view.database_bytes), f"Heliograph {program.version}")
    return " · ".join((*parts, words(f"status.up_{unit}", n=number)))


def _add_needs(text: TextBuilder, reader: Reader, view: Supervision) -> None:
    words = reader.words
    if view.folder_problem:
        text.add("\n\n✗ " + clip(view.folder_problem, 200))
    if view.strangers:
        text.add("\n")
        add_problems(text, reader, view.strangers[:2], with_file=True)
    if view.problems:
        text.add("\n")
        add_problems(text, reader, view.problems, with_file=True)
    if view.problem_count > len(view.problems):
        text.add("\n" + words("status.more_problems", n=view.problem_count - len(view.problems)))
    for cause, count in view.causes:
        text.add("\n✗ " + words("status.failed", n=count, cause=clip(cause, 120)))
    if view.held_pushes:
        text.add("\n? " + words("status.held_pushes", n=view.held_pushes))
    if view.held_withdrawals:
        text.add("\n? " + words("status.held_withdrawals", n=view.held_withdrawals))
    for number, one in enumerate(view.uncertain, 1):
        about = {"number": number, "chat": one.chat_id, "cause": clip(one.cause, 80)}
        told = words("status.uncertain", n=one.posts, **about) if one.posts else words("status.uncertain_text", **about)
        text.add("\n? " + told)


def _buttons(reader: Reader, view: Supervision) -> tuple[tuple[Button, ...], ...]:
    words = reader.words
    rows: list[tuple[Button, ...]] = []
    if view.held_pushes:
        rows.append((Button(words("status.send"), ReleaseHeld(1)), Button(words("status.skip"), ReleaseHeld(0))))
    if view.held_withdrawals:
        rows.append((Button(words("status.withdraw"), ConfirmWithdraw()),))
    for number, one in enumerate(view.uncertain, 1):
        rows.append(
            (
                Button(words("status.resend", number=number), SettleUncertain(one.delivery_id, 1)),
                Button(words("status.drop", number=number), SettleUncertain(one.delivery_id, 0)),
            )
        )
    rows.append((Button(words("status.refresh"), ShowStatus()),))
    return tuple(rows)
