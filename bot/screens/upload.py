"""An upload as its admin sees it: the proof, what it changes, and what became of it."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.message import Button, Screen, TextBuilder
from bot.domain.post import State
from bot.domain.problem import Severity
from bot.domain.upload_actions import (
    CancelUpload,
    CategoriseUpload,
    PreviewUpload,
    PublishUpload,
    SaveDraft,
    ScheduleUpload,
    ShowChanges,
    ShowProof,
)
from bot.screens.outcome import local
from bot.screens.problem import add_problems
from bot.screens.reader import Reader, clip, rows
from bot.screens.shelf import TITLE_LIMIT
from bot.services.browsing import Topic
from bot.services.proving import Proof, Ready
from bot.services.uploading import Look
from bot.storage.topics import Kind

NAME_LIMIT = 80
POSTS_SHOWN = 12
# A diff that fills one message at most, with room for its heading.
DIFF_UNITS = 3200
DIFF_LINE = 160


def proof(reader: Reader, look: Look, zone: ZoneInfo, *, item: int = 0, notice: str = "") -> Screen:
    """The proof of one post, or the list of several; `notice` stands above it."""
    one = look.proof(item)
    if one is None:
        return _several(reader, look, notice)
    text = _opened(notice)
    buttons: list[tuple[Button, ...]]
    if one.ready is None:
        _headline(text, reader, one, zone)
        add_problems(text, reader, one.problems)
        text.add("\n\n" + reader.words("upload.send_mended"))
        buttons = [(reader.button("cancel", CancelUpload(look.upload.id)),)]
    else:
        _headline(text, reader, one, zone)
        _add_facts(text, reader, look, one.ready, zone)
        if one.problems:
            text.add("\n")
            add_problems(text, reader, one.problems)
        if look.unused:
            text.add("\n\n" + reader.words("upload.unused", names=names(look.unused)))
        buttons = _choices(reader, look, one, one.ready)
    if len(look.proofs) > 1:
        buttons.append((reader.button("back", ShowProof(look.upload.id)),))
    return _screen(text, buttons)


def changes(reader: Reader, look: Look, one: Proof) -> Screen:
    """The lines that a replacement takes out and puts in."""
    text = TextBuilder()
    assert one.ready is not None
    before = one.ready.present
    assert before is not None
    text.add(clip(before.title, TITLE_LIMIT), "bold")
    text.add("\n" + _line_counts(reader, one.ready))
    shown: list[str] = []
    room = DIFF_UNITS
    for line in before.changes.lines:
        cut = line if len(line) <= DIFF_LINE else line[:DIFF_LINE] + "…"
        room -= len(cut.encode("utf-16-le")) // 2 + 1
        if room < 0:
            break
        shown.append(cut)
    if shown:
        text.add("\n\n").add("\n".join(shown), "pre", language="diff")
    if len(shown) < len(before.changes.lines):
        text.add("\n" + reader.words("upload.more_lines", n=len(before.changes.lines) - len(shown)))
    return _screen(text, [(reader.button("back", ShowProof(look.upload.id, one.item)),)])


def categories(reader: Reader, look: Look, item: int, topics: Sequence[Topic]) -> Screen:
    """The categories there are, and a way to name another."""
    upload = look.upload
    chosen = [
        Button(clip(topic.name, 24), CategoriseUpload(upload.id, upload.version, item, topic.key)) for topic in topics
    ]
    last = (
        reader.button("other_category", CategoriseUpload(upload.id, upload.version, item, "o")),
        reader.button("back", ShowProof(upload.id, item)),
    )
    return _screen(TextBuilder().add(reader.words("upload.which_category")), [*rows(chosen, 2), last])


def _several(reader: Reader, look: Look, notice: str) -> Screen:
    text = _opened(notice)
    if not look.proofs:
        text.add(reader.words("upload.images", n=look.image_count), "bold")
        text.add("\n" + reader.words("upload.images_only"))
        return _screen(text, [(reader.button("cancel", CancelUpload(look.upload.id)),)])
    text.add(reader.words("upload.posts", n=len(look.proofs)), "bold")
    good = [one for one in look.proofs if one.ready]
    for number, one in enumerate(look.proofs[:POSTS_SHOWN], 1):
        mark = "✗" if one.ready is None else "⚠" if one.problems else "✓"
        text.add(f"\n{number}. {mark} ").add(clip(one.name, NAME_LIMIT), "code")
        if one.ready is None:
            text.add(" · " + reader.words("upload.errors", n=one.count(Severity.ERROR)))
        else:
            new = "upload.replaces" if one.ready.present else "upload.new_post"
            text.add(" · " + reader.words(new))
    if look.unused:
        text.add("\n\n" + reader.words("upload.unused", names=names(look.unused)))
    upload = look.upload
    shown = [
        Button(str(number), ShowProof(upload.id, one.item)) for number, one in enumerate(look.proofs[:POSTS_SHOWN], 1)
    ]
    buttons = rows(shown, 5)
    last = [reader.button("cancel", CancelUpload(upload.id))]
    if good:
        last.insert(0, reader.button("publish_all", PublishUpload(upload.id, upload.version), n=len(good)))
    return _screen(text, [*buttons, tuple(last)])


def _headline(text: TextBuilder, reader: Reader, one: Proof, zone: ZoneInfo) -> None:
    errors, warnings = one.count(Severity.ERROR), one.count(Severity.WARNING)
    text.add(clip(one.name, NAME_LIMIT), "code").add("  ")
    if one.ready is None:
        text.add(reader.words("upload.not_publishable"), "bold")
        if errors:
            text.add(" · " + reader.words("upload.errors", n=errors))
        return
    if one.ready.present is not None:
        before = one.ready.present
        text.add(reader.words("upload.would_replace", title=clip(before.title, TITLE_LIMIT)), "bold")
        if before.date is not None:
            text.add(f" ({before.date.astimezone(zone):%Y-%m-%d})")
    else:
        text.add(reader.words("upload.ready"), "bold")
    if warnings:
        text.add(" · " + reader.words("upload.warnings", n=warnings))


def _add_facts(text: TextBuilder, reader: Reader, look: Look, ready: Ready, zone: ZoneInfo) -> None:
    words, edition = reader.words, ready.prepared.edition
    text.add("\n\n").add(clip(edition.title, TITLE_LIMIT), "bold")
    named = [
        clip(look.category(place.path) or words("upload.category_new", name=clip(place.names[-1], 40)), 60)
        for place in edition.places
        if place.kind is Kind.CATEGORY
    ]
    minutes = words("shelf.minutes", minutes=edition.reading_minutes)
    facts = [", ".join(named), f"{edition.date.astimezone(zone):%Y-%m-%d}", edition.language, minutes]
    if ready.formula_count:
        facts.append(words("upload.formulas", n=ready.formula_count))
    if ready.image_count:
        facts.append(words("upload.images", n=ready.image_count))
    text.add("\n" + " · ".join(facts))
    tags = [place.names[-1] for place in edition.places if place.kind is Kind.TAG]
    if tags:
        text.add("\n" + clip("  ".join("#" + "_".join(tag.split()) for tag in tags), 180))
    text.add("\n").add(clip(edition.slug, NAME_LIMIT), "code").add(" → ").add(clip(ready.path, 200), "code")
    if edition.state is State.SCHEDULED:
        text.add("\n" + words("upload.will_appear", moment=local(edition.publish_at, zone), zone=zone.key))
    elif edition.state is State.DRAFT:
        text.add("\n" + words("upload.is_draft"))
    if ready.present is not None:
        text.add("\n" + _compared(reader, look, ready))
    if edition.excerpt:
        text.add("\n").add(edition.excerpt, "expandable_blockquote")


def _compared(reader: Reader, look: Look, ready: Ready) -> str:
    """What a replacement changes: title, category, lines."""
    words, edition, before = reader.words, ready.prepared.edition, ready.present
    assert before is not None
    same = before.title == edition.title
    parts = [words("upload.title_same") if same else words("upload.title_changes", title=clip(edition.title, 80))]
    now = [look.category(place.path) or place.names[-1] for place in edition.places if place.kind is Kind.CATEGORY]
    was = [look.category(name) or name for name in before.categories]
    if was and was != now:
        old, new = (clip(", ".join(names), 60) for names in (was, now))
        parts.append(words("upload.category_changes", old=old, new=new))
    parts.append(_line_counts(reader, ready))
    return " · ".join(parts)


def _line_counts(reader: Reader, ready: Ready) -> str:
    assert ready.present is not None
    added, removed = ready.present.changes.added, ready.present.changes.removed
    if not added and not removed:
        return reader.words("upload.same_text")
    if not removed:
        return reader.words("upload.lines_added", n=added)
    if not added:
        return reader.words("upload.lines_only_removed", n=removed)
    counts = {
        "added": reader.words("upload.lines_added", n=added),
        "removed": reader.words("upload.lines_removed", n=removed),
    }
    return reader.words("upload.lines", **counts)


def _choices(reader: Reader, look: Look, one: Proof, ready: Ready) -> list[tuple[Button, ...]]:
    upload, version, item = look.upload.id, look.upload.version, one.item
    preview_ = reader.button("preview", PreviewUpload(upload, item))
    schedule = reader.button("schedule", ScheduleUpload(upload, version, item))
    draft = reader.button("save_draft", SaveDraft(upload, version, item))
    category = reader.button("category", CategoriseUpload(upload, version, item))
    cancel = reader.button("cancel", CancelUpload(upload))
    state = ready.prepared.edition.state
    now = PublishUpload(upload, version, item, "" if state is State.PUBLISHED else "n")
    if ready.present is not None:
        return [
            (preview_, reader.button("show_changes", ShowChanges(upload, item))),
            (reader.button("replace", PublishUpload(upload, version, item)),),
            (reader.button("replace_announce", PublishUpload(upload, version, item, "a")),),
            (schedule, draft),
            (category, cancel),
        ]
    if state is State.SCHEDULED:
        at_date = reader.button("at_its_date", PublishUpload(upload, version, item))
        return [(preview_, at_date), (reader.button("publish_now", now), schedule), (draft, category), (cancel,)]
    return [(preview_, reader.button("publish", now)), (schedule, draft), (category, cancel)]


def names(found: Sequence[str]) -> str:
    """Names in one line, the first of many."""
    return clip(", ".join(found), 200)


def _opened(notice: str) -> TextBuilder:
    text = TextBuilder()
    if notice:
        text.add(notice + "\n\n")
    return text


def _screen(text: TextBuilder, buttons: Sequence[tuple[Button, ...]]) -> Screen:
    built = text.build()
    return Screen(built.text, built.entities, tuple(buttons))
