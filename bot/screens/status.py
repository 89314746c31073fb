"""What an admin sees of the publication: all well, or what needs a decision, with the buttons to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.content.sizes import file_size
from bot.domain.digest_actions import ConfirmWithdraw, ReleaseHeld, SettleUncertain, ShowStatus
from bot.domain.message import Button, Screen, TextBuilder
from bot.domain.subscription import Kind
from bot.screens.problem import add_problems
from bot.screens.reader import Reader, clip
from bot.screens.times import day_and_time
from bot.services.operators.supervising import Supervision
from bot.storage.operators.supervision import Followers

_UNITS = (("days", 24 * 60), ("hours", 60), ("minutes", 1))
"""Minutes in each."""
CAUSES_SHOWN = 3
_CAUSES = {
    "blocked": ("blocked by the user", "user_is_blocked"),
    "gone": ("chat not found", "deactivated", "user not found", "peer_id_invalid"),
    "kicked": ("bot was kicked", "not a member", "channel_private"),
    "topic": ("thread not found", "topic_deleted", "topic_closed"),
    "rights": ("rights", "admin_required", "write_forbidden", "restricted"),
    "flood": ("flood control",),
    "ended": ("the program ended",),
}
"""What Telegram says, in lower case, and what that means."""


@dataclass(frozen=True, slots=True)
class Program:
    """What runs: its version, and for how long; None where nothing but this look runs."""

    version: str
    up: timedelta | None = None


def status(reader: Reader, view: Supervision, program: Program, *, zone: str, notice: str = "") -> Screen:
    """A heading that says how many things wait, counts, problems by line, and the uncertain one by one."""
    text = TextBuilder()
    if notice:
        text.add(notice + "\n\n")
    text.add(_heading(reader, view), "bold")
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


def followed(reader: Reader, topics: Sequence[Followers], page: int, pages: int) -> Screen:
    """What is followed, how often and at which cadence; turning leads on, and back to the rest."""
    words = reader.words
    text = TextBuilder().add(words("status.followed"), "bold")
    if pages > 1:
        text.add(" · " + words("shelf.page", number=page + 1, pages=pages))
    for one in topics:
        text.add("\n" + _followers(reader, one))
    turning = []
    if page > 0:
        turning.append(reader.button("previous", ShowStatus(page)))
    if page + 1 < pages:
        turning.append(reader.button("next", ShowStatus(page + 2)))
    built = text.build()
    rows = (tuple(turning), (reader.button("back", ShowStatus()),))
    return Screen(built.text, built.entities, tuple(row for row in rows if row))


def ask_withdraw(reader: Reader, count: int) -> Screen:
    """The question before posts leave the shelf."""
    words = reader.words
    yes = Button(words("status.withdraw_sure"), ConfirmWithdraw(1))
    back = reader.button("back", ShowStatus())
    return Screen(words("status.withdraw_question", n=count), (), ((yes, back),))


def _heading(reader: Reader, view: Supervision) -> str:
    """What needs the admin, else what went wrong without asking for a decision, else that all is well."""
    if view.needs:
        return reader.words("status.needs", n=view.needs)
    if failed := view.ended.get("failed", 0):
        return reader.words("status.failing", n=failed)
    return reader.words("status.well")


def _posts(reader: Reader, view: Supervision, zone: str) -> str:
    words = reader.words
    editions = view.posts.get("p", 0)
    published = view.published or editions
    parts = [words("home.posts", n=published)]
    if editions != published:
        parts = [words("status.with_translations", posts=parts[0], n=editions)]
    for shelf, key in (("d", "drafts"), ("s", "scheduled"), ("w", "withdrawn_posts")):
        if count := view.posts.get(shelf, 0):
            parts.append(words(f"status.{key}", n=count))
    if view.next_post is not None:
        parts.append(words("status.next_post", moment=day_and_time(words, view.next_post, zone)))
    return " · ".join(parts)


def _synced(reader: Reader, view: Supervision, zone: str) -> str:
    words = reader.words
    if view.last_sync is None:
        return words("status.never_synced")
    return words("status.synced", moment=day_and_time(words, view.last_sync, zone))


def _digests(reader: Reader, view: Supervision) -> str:
    """What was sent today, and whatever else there is to tell; chats that are sent nothing are told of below."""
    sent, failed = (view.ended.get(name, 0) for name in ("sent", "failed"))
    counts = {"failed": failed, "waiting": view.waiting, "uncertain": view.uncertain_count}
    others = [reader.words(f"status.digests_{name}", n=count) for name, count in counts.items() if count]
    return " · ".join((reader.words("status.digests", n=sent), *others))


def _people(reader: Reader, view: Supervision) -> str:
    """Subscriptions by cadence, then each thing that is followed with its own."""
    words = reader.words
    total = words("privacy.subscriptions", n=sum(view.followers.values()))
    lines = [" · ".join((total, *_cadences(reader, view.followers)))]
    lines += [_followers(reader, one) for one in view.topics]
    if view.topic_count > len(view.topics):
        lines.append(words("problem_line.more", n=view.topic_count - len(view.topics)))
    return "\n".join(lines)


def _followers(reader: Reader, one: Followers) -> str:
    title = one.titles.get(reader.words.language, one.name)
    name = reader.words("subscription.everything") if one.kind == Kind.ALL else clip(title, 30)
    # Words and tags are told from categories of that name.
    label = {Kind.KEYWORD: f"“{name}”", Kind.TAG: f"#{name}"}.get(Kind(one.kind), name)
    return reader.words(
        "status.topic",
        topic=label,
        how=reader.listed(_cadences(reader, one.by_cadence)),
    )


def _cadences(reader: Reader, counts: Mapping[str, int]) -> list[str]:
    return [reader.words(f"status.followers_{cadence}", n=counts[cadence]) for cadence in sorted(counts)]


def _cause(reader: Reader, reason: str) -> str:
    """Why something could not be sent: in the admin's words where they are known, else as Telegram put it."""
    told = reason.lower()
    known = next((key for key, signs in _CAUSES.items() if any(sign in told for sign in signs)), None)
    return reader.words(f"status.cause_{known}") if known else clip(reason, 45)


def _machine(reader: Reader, view: Supervision, program: Program) -> str:
    parts = [view.database, file_size(view.database_bytes), f"Heliograph {program.version}"]
    if program.up is not None:
        minutes = int(program.up.total_seconds()) // 60
        unit, number = next((unit, minutes // length) for unit, length in _UNITS if minutes >= length or length == 1)
        parts.append(reader.words(f"status.up_{unit}", n=number))
    return " · ".join(parts)


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
    for key, causes in (("failed", view.causes), ("retrying", view.retrying), ("paused", view.paused)):
        for cause, count in causes[:CAUSES_SHOWN]:
            mark = "✗" if key == "failed" else "·"
            text.add(f"\n{mark} " + words(f"status.{key}", n=count, cause=_cause(reader, cause)))
    if view.held_pushes:
        text.add("\n? " + words("status.held_pushes", n=view.held_pushes))
    if view.held_withdrawals:
        text.add("\n? " + words("status.held_withdrawals", n=view.held_withdrawals))
    for number, one in enumerate(view.uncertain, 1):
        about = {"number": number, "chat": one.chat_id, "cause": _cause(reader, one.cause)}
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
    if view.topic_count > len(view.topics):
        rows.append((reader.button("all_followed", ShowStatus(1)),))
    rows.append((Button(words("status.refresh"), ShowStatus()),))
    return tuple(rows)
