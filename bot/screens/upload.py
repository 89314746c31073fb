"""An upload as its admin sees it: the proof, what it changes, and what became of it."""

from collections.abc import Sequence
from dataclasses import replace
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
    SpeakUpload,
)
from bot.domain.zones import zone_label
from bot.screens import changing, leftover
from bot.screens.catalogue import LANGUAGES
from bot.screens.outcome import local, quoted
from bot.screens.problem import add_marked, add_problems
from bot.screens.reader import Reader, clip, rows
from bot.screens.shelf import TITLE_LIMIT
from bot.services.authors.looking import Look
from bot.services.authors.proving import Proof, Ready
from bot.services.readers.browsing import Topic
from bot.storage.shelf.topics import Kind

NAME_LIMIT = 80
POSTS_SHOWN = 12


def proof(reader: Reader, look: Look, zone: ZoneInfo, *, item: int = 0, notice: str = "") -> Screen:
    """The proof of one post, or the list of several; `notice` stands above it."""
    one = look.proof(item)
    if one is None:
        return _several(reader, look, notice)
    text = _opened(notice)
    buttons: list[tuple[Button, ...]]
    _headline(text, reader, one, zone)
    if one.ready is None:
        add_problems(text, reader, one.problems, of=one.name)
        leftover.add_unused(text, reader, look)
        text.add("\n\n" + reader.words("upload.send_mended"))
        buttons = [(_cancel(reader, look, one),)]
    else:
        _add_facts(text, reader, look, one, zone)
        if one.problems:
            text.add("\n")
            add_problems(text, reader, one.problems, of=one.name)
        leftover.add_unused(text, reader, look)
        buttons = _choices(reader, look, one, one.ready)
    if len(look.proofs) > 1:
        buttons.append((reader.button("back", ShowProof(look.upload.id)),))
    return _screen(text, buttons)


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


def confirm_draft(reader: Reader, titles: Sequence[str], action: SaveDraft) -> Screen:
    """What readers would lose, and a last question."""
    text = reader.words("upload.really_draft", titles=quoted(reader, titles))
    keep = reader.button("save_draft", replace(action, sure=1))
    return Screen(text, (), ((keep, reader.button("back", ShowProof(action.upload, action.item))),))


def languages(reader: Reader, action: SpeakUpload) -> Screen:
    """The languages there are for readers."""
    chosen = tuple(Button(_language(reader, one), replace(action, language=one)) for one in LANGUAGES)
    back = (reader.button("back", ShowProof(action.upload, action.item)),)
    return Screen(reader.words("upload.which_language"), (), (chosen, back))


def _several(reader: Reader, look: Look, notice: str) -> Screen:
    text = _opened(notice)
    upload = look.upload
    if not look.proofs:
        text.add(reader.words("upload.images", n=look.image_count), "bold")
        text.add("\n" + reader.words("upload.images_only"))
        return _screen(text, [(reader.button("cancel", CancelUpload(upload.id, upload.version)),)])
    text.add(reader.words("upload.posts", n=len(look.proofs)), "bold")
    for number, one in enumerate(look.proofs[:POSTS_SHOWN], 1):
        _add_line(text, reader, look, one, number)
    if len(look.proofs) > POSTS_SHOWN:
        text.add("\n" + reader.words("problem_line.more", n=len(look.proofs) - POSTS_SHOWN))
    leftover.add_unused(text, reader, look)
    shown = [
        Button(str(number), ShowProof(upload.id, one.item)) for number, one in enumerate(look.proofs[:POSTS_SHOWN], 1)
    ]
    buttons = rows(shown, 5)
    if together := len(look.together):
        all_ = upload.id, upload.version
        buttons.append((reader.button("publish_all", PublishUpload(*all_), n=together),))
        drafts = reader.button("save_drafts", SaveDraft(*all_))
        buttons.append((reader.button("schedule", ScheduleUpload(*all_)), drafts))
    buttons.append((reader.button("cancel_all", CancelUpload(upload.id, upload.version)),))
    return _screen(text, buttons)


def _add_line(text: TextBuilder, reader: Reader, look: Look, one: Proof, number: int) -> None:
    """A post in the list of an upload: what it would do, and of a replacement what that changes."""
    words = reader.words
    mark = "✗" if one.ready is None else "⚠" if one.problems else "✓"
    text.add(f"\n{number}. {mark} ").add(clip(one.name, NAME_LIMIT), "code")
    if one.ready is None:
        text.add(" · " + words("upload.errors", n=one.count(Severity.ERROR)))
    elif one.ready.present is None:
        edition = {"language": _language(reader, one.ready.prepared.edition.language)}
        new = words("upload.new_edition", title=clip(one.ready.translates, 60), **edition)
        text.add(" · " + (new if one.ready.translates else words("upload.new_post")))
        text.add("".join(" · " + part for part in changing.new_categories(reader, look, one.ready)))
    else:
        text.add(" · " + words("upload.replaces", title=clip(one.ready.present.title, 60)))
        if one in look.together:
            text.add(" · " + changing.compared(reader, look, one.ready, briefly=True))
            changing.add_brief(text, reader, one.ready)
        else:
            text.add(" · " + words("upload.decide_alone"))


def _headline(text: TextBuilder, reader: Reader, one: Proof, zone: ZoneInfo) -> None:
    errors, warnings = one.count(Severity.ERROR), one.count(Severity.WARNING)
    if one.is_opened:
        text.add(reader.words("upload.to_change"), "bold")
        return
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
            text.add(reader.words("upload.of_day", day=f"{before.date.astimezone(zone):%Y-%m-%d}"))
    else:
        text.add(reader.words("upload.ready"), "bold")
    if warnings:
        text.add(" · " + reader.words("upload.warnings", n=warnings))


def _add_facts(text: TextBuilder, reader: Reader, look: Look, one: Proof, zone: ZoneInfo) -> None:
    words, ready = reader.words, one.ready
    assert ready is not None
    edition = ready.prepared.edition
    text.add("\n\n").quote(clip(edition.title, TITLE_LIMIT), "bold")
    named = [changing.category_named(reader, look, place) for place in edition.places if place.kind is Kind.CATEGORY]
    minutes = words("shelf.minutes", minutes=edition.reading_minutes)
    language = _language(reader, edition.language)
    facts = [reader.listed(named), f"{edition.date.astimezone(zone):%Y-%m-%d}", language, minutes]
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
        where = zone_label(zone.key, words.language)
        text.add("\n" + words("upload.will_appear", moment=local(edition.publish_at, zone), zone=where))
    elif edition.state is State.DRAFT:
        text.add("\n" + words("upload.is_draft"))
    elif edition.state is State.EXPIRED and edition.expires is not None:
        text.add("\n⚠ " + words("upload.is_expired", moment=local(edition.expires, zone)))
    if ready.present is not None and not one.is_opened:
        text.add("\n" + changing.compared(reader, look, ready))
    elif ready.changed_images:
        text.add("\n" + words("upload.images_changed", n=len(ready.changed_images)))
    if ready.translates:
        text.add("\n⚠ " + words("upload.translates", language=language, title=clip(ready.translates, TITLE_LIMIT)))
    if edition.excerpt:
        text.add("\n").quote(edition.excerpt, "expandable_blockquote")


def _choices(reader: Reader, look: Look, one: Proof, ready: Ready) -> list[tuple[Button, ...]]:
    upload, version, item = look.upload.id, look.upload.version, one.item
    which = upload, version, item
    preview_ = reader.button("preview", PreviewUpload(upload, item))
    schedule = reader.button("schedule", ScheduleUpload(*which))
    draft = reader.button("save_draft", SaveDraft(*which))
    file = (reader.button("category", CategoriseUpload(*which)), reader.button("language", SpeakUpload(*which)))
    cancel = _cancel(reader, look, one)
    state = ready.prepared.edition.state
    now = PublishUpload(*which, "" if state is State.PUBLISHED else "n")
    if one.is_opened:
        return [file, (schedule, draft), (preview_, cancel)]
    if ready.present is not None:
        # Nobody is told of what nobody can read.
        announce = [(reader.button("replace_announce", PublishUpload(*which, "a")),)]
        return [
            (preview_, reader.button("show_changes", ShowChanges(upload, item))),
            (reader.button("replace", PublishUpload(*which)),),
            *(announce if state is State.PUBLISHED else []),
            (schedule, draft),
            file,
            (cancel,),
        ]
    if state is State.SCHEDULED:
        at_date = reader.button("at_its_date", PublishUpload(*which))
        return [(preview_, at_date), (reader.button("publish_now", now), schedule), file, (draft, cancel)]
    return [(preview_, reader.button("publish", now)), (schedule, draft), file, (cancel,)]


def _cancel(reader: Reader, look: Look, one: Proof) -> Button:
    """Drop this post: alone it is the whole upload."""
    is_alone = len(look.proofs) == 1
    action = CancelUpload(look.upload.id, look.upload.version, 0 if is_alone else one.item)
    return reader.button("cancel" if is_alone else "leave_out", action)


def _language(reader: Reader, tag: str) -> str:
    """A language by its name, one that has no readers' lists by its tag."""
    return reader.words(f"upload.language_{tag}") if tag in LANGUAGES else tag


def said(text: str) -> Screen:
    """A sentence alone, what stands between backticks as code."""
    return _screen(add_marked(TextBuilder(), text), [])


def _opened(notice: str) -> TextBuilder:
    text = TextBuilder()
    if notice:
        add_marked(text, notice + "\n\n")
    return text


def _screen(text: TextBuilder, buttons: Sequence[tuple[Button, ...]]) -> Screen:
    built = text.build()
    return Screen(built.text, built.entities, tuple(buttons))
