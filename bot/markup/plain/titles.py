"""Titles: as readers are shown them, and the heading with which many posts repeat their own."""

import re
from dataclasses import replace

from bot.markup.formulas import to_unicode
from bot.markup.normalise.characters import FORMULA
from bot.markup.normalise.definitions import latex_of
from bot.markup.normalise.math import spell_inertly
from bot.markup.normalise.stash import Stash
from bot.markup.plain.words import as_shown, inline_text
from bot.markup.tree import Block, Heading, Tree

_SPACES = re.compile(r"\s+")
# A longer title may be cut where it stands above the post.
_LONGEST = 200


def shown_title(title: str) -> str:
    """A title of front matter, its formulas as a line of text can show them: no client typesets a title.

    `$5` stays money, and a formula that no line is true to stays as its author wrote it.
    """
    if "$" not in title and "\\(" not in title:
        return title
    stash = Stash()
    spelt = spell_inertly(title, stash)
    return FORMULA.sub(lambda found: _shown(stash.formulas[found.group()]), spelt) if stash.formulas else title


def _shown(source: str) -> str:
    return to_unicode(latex_of(source)) or source


def without_title(tree: Tree, title: str) -> Tree:
    """The tree less a first heading that only says `title` again, for where the title stands above it anyway."""
    if len(title) > _LONGEST or not repeats(tree.blocks, title):
        return tree
    return replace(tree, blocks=tree.blocks[1:])


def repeats(blocks: tuple[Block, ...], title: str) -> bool:
    """Whether the first of the blocks is a heading with the words of `title`."""
    first = blocks[0] if blocks else None
    if not isinstance(first, Heading):
        return False
    # A title from front matter has its dollars, one from the heading itself its formulas as they are shown.
    bare = _bare(title)
    return bare == _bare(inline_text(first.inlines)) or bare == _bare(as_shown(first.inlines))


def _bare(title: str) -> str:
    return _SPACES.sub("", title).replace("$", "").casefold()
