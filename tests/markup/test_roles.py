"""Sphinx's roles and emoji names at the start of a line stay in their paragraph."""

import pytest

from bot.markup.normalise import normalise
from bot.markup.parse import parse
from bot.markup.plain import text
from bot.markup.tree import DefinitionList, Paragraph


@pytest.mark.parametrize("line", [":numref:`fig` shows", ":label:`sec`", ":smile: hello", "> :ref:`x` y"])
def test_a_colon_that_touches_a_word_is_no_definition(line: str) -> None:
    tree = parse(f"Before\n{line}")

    assert not any(isinstance(block, DefinitionList) for block in tree.blocks)
    assert isinstance(tree.blocks[0], Paragraph)
    assert line.replace("`", "").removeprefix("> ") in text(tree)


def test_a_definition_stays_one() -> None:
    assert isinstance(parse("Term\n: what it means").blocks[0], DefinitionList)


def test_doing_it_twice_changes_nothing() -> None:
    once = normalise("a\n:b:`c`\n:::note\nx\n:::").text

    assert normalise(once).text == once
