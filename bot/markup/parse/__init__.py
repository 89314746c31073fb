"""Markdown to the tree: normalised, then parsed by pyromark, which nothing outside this package knows.

Total: any string gives a tree. Linear in the length of the source.
"""

from pyromark import Markdown, Options

from bot.markup.normalise import normalise
from bot.markup.parse.builder import Builder
from bot.markup.parse.contents import may_have_contents, without_contents
from bot.markup.tree import Tree

# Math, wiki links, alerts, attributes and the one-character marks are ours: pyromark reads `[[1]](url)` as a wiki
# link, `1~3 和 5~8` as struck or lowered text, and loses formulas that hold a pipe or a line that looks like a list.
_MARKDOWN = Markdown(
    options=Options.ENABLE_TABLES
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_TASKLISTS
    | Options.ENABLE_DEFINITION_LIST
)


def parse(source: str, *, first_line: int = 1) -> Tree:
    """The tree of a post's body. `first_line` is the line of the file on which it starts, for the remarks."""
    normalised = normalise(source, first_line=first_line)
    text = normalised.text
    builder = Builder(inert=normalised.inert, wiki="[[" in text, formulas=normalised.formulas)
    builder.read(_MARKDOWN.events(text))
    tree = builder.tree(normalised.remarks)
    return without_contents(tree) if may_have_contents(source) else tree
