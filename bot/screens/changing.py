"""What a replacement changes: in a line, in a few lines of its diff, and in full."""

from collections.abc import Sequence

from bot.domain.message import Screen, TextBuilder
from bot.domain.upload_actions import ShowProof
from bot.screens.reader import Reader, clip
from bot.screens.shelf import TITLE_LIMIT
from bot.services.authors.looking import Look
from bot.services.authors.proving import Proof, Ready
from bot.storage.shelf.topics import UNCATEGORISED, Kind, Place

# A diff that fills one message at most, with room for its heading.
DIFF_UNITS = 3200
DIFF_LINE = 160
# Beside four others in the list of an upload.
# So much of a line shows on a phone 360 points wide.
BRIEF_LINES, BRIEF_LINE = 6, 32
# Where a post goes that names none.
UNNAMED = Place(Kind.CATEGORY, (UNCATEGORISED,))


def changes(reader: Reader, look: Look, one: Proof) -> Screen:
    """The lines that a replacement takes out and puts in, and the images it changes."""
    text = TextBuilder()
    assert one.ready is not None
    before = one.ready.present
    assert before is not None
    text.add(clip(before.title, TITLE_LIMIT), "bold")
    text.add("\n" + counts(reader, one.ready))
    if one.ready.changed_images:
        text.add("\n").add(clip(reader.listed(one.ready.changed_images), 300), "code")
    _add_lines(text, reader, before.changes.lines, room=DIFF_UNITS, width=DIFF_LINE)
    built = text.build()
    back = reader.button("back", ShowProof(look.upload.id, one.item))
    return Screen(built.text, built.entities, ((back,),))


def add_brief(text: TextBuilder, reader: Reader, ready: Ready) -> None:
    """The first few lines of the diff."""
    assert ready.present is not None
    lines = ready.present.changes.lines
    _add_lines(text, reader, lines, room=BRIEF_LINES * (BRIEF_LINE + 2), width=BRIEF_LINE, most=BRIEF_LINES)


def compared(reader: Reader, look: Look, ready: Ready, *, briefly: bool = False) -> str:
    """What a replacement changes: title (`briefly`: unless it stays), category, lines, images."""
    words, edition, before = reader.words, ready.prepared.edition, ready.present
    assert before is not None
    same = before.title == edition.title
    parts = [words("upload.title_same") if same else words("upload.title_changes", title=clip(edition.title, 80))]
    parts = [] if same and briefly else parts
    places = [place for place in edition.places if place.kind is Kind.CATEGORY]
    was = [look.category(name) or name for name in before.categories]
    if was and was != [look.category(place.path) or place.names[-1] for place in places]:
        now = [category_named(reader, look, place) for place in places]
        old, new = (clip(reader.listed(names), 60) for names in (was, now))
        parts.append(words("upload.category_changes", old=old, new=new))
    elif not was:
        parts += new_categories(reader, look, ready)
    parts.append(counts(reader, ready))
    return " · ".join(parts)


def category_named(reader: Reader, look: Look, place: Place) -> str:
    """A category as readers see it; one that no other post has is marked as new."""
    new = reader.words("upload.category_new", name=clip(place.names[-1], 40))
    return clip(look.category(place.path) or new, 60)


def new_categories(reader: Reader, look: Look, ready: Ready) -> list[str]:
    """That a post has categories which no other has: a slip in a name makes one. Empty when it has none."""
    places = [place for place in ready.prepared.edition.places if place.kind is Kind.CATEGORY and place != UNNAMED]
    names = [clip(place.names[-1], 40) for place in places if look.category(place.path) is None]
    return [reader.words("upload.new_categories", n=len(names), names=clip(reader.listed(names), 100))] if names else []


def counts(reader: Reader, ready: Ready) -> str:
    """How many lines and images become others."""
    assert ready.present is not None
    words, added, removed = reader.words, ready.present.changes.added, ready.present.changes.removed
    if not added and not removed:
        lines = words("upload.same_text")
    elif not removed:
        lines = words("upload.lines_added", n=added)
    elif not added:
        lines = words("upload.lines_only_removed", n=removed)
    else:
        both = {"added": words("upload.lines_added", n=added), "removed": words("upload.lines_removed", n=removed)}
        lines = words("upload.lines", **both)
    images = len(ready.changed_images)
    return lines + (" · " + words("upload.images_changed", n=images) if images else "")


def _add_lines(
    text: TextBuilder, reader: Reader, lines: Sequence[str], *, room: int, width: int, most: int | None = None
) -> None:
    shown: list[str] = []
    for line in lines[:most]:
        cut = line if len(line) <= width else line[:width] + "…"
        room -= len(cut.encode("utf-16-le")) // 2 + 1
        if room < 0:
            break
        shown.append(cut)
    if shown:
        text.add("\n" if most else "\n\n").add("\n".join(shown), "pre", language="diff")
    if len(shown) < len(lines):
        text.add("\n" + reader.words("upload.more_lines", n=len(lines) - len(shown)))
