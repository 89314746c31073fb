"""What admins are told without asking: files that an edit broke, and files that were mended."""

from bot.domain.message import Screen, TextBuilder
from bot.domain.upload_actions import ListPosts
from bot.screens.problem import add_problems
from bot.screens.reader import Reader, clip
from bot.services.shelf.noticing import Notices

MENDED_SHOWN = 12


def notices(reader: Reader, found: Notices) -> Screen:
    """New problems by line, and mended files by name."""
    words = reader.words
    text = TextBuilder()
    if found.problems:
        text.add(words("notice.problems", n=len({one.file for one in found.problems})), "bold")
        add_problems(text, reader, found.problems, with_file=True)
    if found.mended:
        text.add("\n\n" if found.problems else "").add(words("notice.mended", n=len(found.mended)), "bold")
        for path in found.mended[:MENDED_SHOWN]:
            text.add("\n✓ ").add(clip(path, 160), "code")
        if len(found.mended) > MENDED_SHOWN:
            text.add("\n" + words("problem_line.more", n=len(found.mended) - MENDED_SHOWN))
    built = text.build()
    buttons = ((reader.button("all_problems", ListPosts("x")),),) if found.problems else ()
    return Screen(built.text, built.entities, buttons)
