"""The heading with which many posts repeat their own title."""

import re
from dataclasses import replace

from bot.markup.plain.words import inline_text
from bot.markup.tree import Block, Heading, Tree

_SPACES = re.compile(r"\s+")
# A longer title may be cut where it stands above the post.
_LONGEST = 200


def without_title(tree: Tree, title: str) -> Tree:
    """The tree less a first heading that only says `title` again, for where the title stands above it anyway."""
    if len(title) > _LONGEST or not repeats(tree.blocks, title):
        return tree
    return replace(tree, blocks=tree.blocks[1:])


def repeats(blocks: tuple[Block, ...], title: str) -> bool:
    """Whether the first of the blocks is a heading with the words of `title`."""
    first = blocks[0] if blocks else None
    return isinstance(first, Heading) and _bare(inline_text(first.inlines)) == _bare(title)


def _bare(title: str) -> str:
    return _SPACES.sub("", title).casefold()
