"""Parts of a long text become what was typed, wherever an app cuts: words, lines and paragraphs stay as they were."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest

from bot.content.parts import join, was_cut
from bot.content.pasted import rebuild
from bot.domain.message import Entity

LIMIT = 4096
SENTENCE = "Every layer is scaled by what was seen in the batch, and so the order of samples matters. "
ENGLISH = (SENTENCE * 3).replace(". ", "; ").strip("; ") + "."
CHINESE = "归一化把每一层的输入缩放到同一范围，训练因此更稳定，学习率也可以取得更大。" * 3
LONG = "a long paragraph that goes on without a stop and says word after word " * 150
CODE = "```python\n" + "scores = queries @ keys.T\n" * 400 + "```"

Cut = Callable[[str], tuple[int, int]]
"""Where the first part of a text ends, and where the next one begins."""


def android(text: str) -> tuple[int, int]:
    near = range(LIMIT - 1, LIMIT - 301, -1)
    blank = [at for at in near if text[at - 1 : at + 1] == "\n\n"]
    lines = [at for at in near if text[at] == "\n"]
    stops = [at for at in near if text[at].isspace() and text[at - 1] == "."]
    spaces = [at for at in near if text[at].isspace()]
    # Of line ends it takes the first, of all else the last.
    found = (blank[:1] or lines[-1:] or stops[:1] or spaces[:1] or [LIMIT])[0]
    return found, found


def desktop(text: str) -> tuple[int, int]:
    def worth(at: int) -> int:
        if text[at] == "\n":
            return 4 if text[at + 1] == "\n" else 3
        return (2 if text[at - 1] in ".!?" else 1) if text[at].isspace() else 0

    found = max(range(LIMIT // 2 + 1, LIMIT + 1), key=lambda at: (worth(at), at))
    return found, found


def ios(text: str) -> tuple[int, int]:
    found = max(text.rfind("\n", 0, LIMIT), text.rfind(".", 0, LIMIT)) + 1 or LIMIT
    return found, found


def web(text: str) -> tuple[int, int]:
    found = text.rindex(" ", 0, LIMIT + 1)
    return found, found + 1


def sent_by(cut: Cut, text: str) -> list[str]:
    """The messages that an app makes of a text."""
    parts = []
    while len(text) > LIMIT:
        end, start = cut(text)
        parts.append(text[:end].strip())
        text = text[start:].strip()
    return [*parts, text]


def joined(parts: Sequence[str]) -> str:
    whole = parts[0]
    for last, part in pairwise(parts):
        whole = join(whole, part, len(last))
    return whole


@pytest.mark.parametrize("cut", [android, desktop, ios])
@pytest.mark.parametrize("paragraph", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_paragraphs_stay_paragraphs(cut: Cut, paragraph: str) -> None:
    for shift in range(0, 300, 23):
        text = "x" * shift + "\n\n" + "\n\n".join([paragraph] * 40)

        assert joined(sent_by(cut, text)) == text.strip()


@pytest.mark.parametrize("cut", [android, desktop, web])
def test_a_cut_at_a_space_leaves_a_space(cut: Cut) -> None:
    for shift in range(0, 300, 23):
        text = "x" * shift + " " + LONG

        assert joined(sent_by(cut, text)) == text.strip()


def test_a_cut_between_sentences_leaves_a_space() -> None:
    text = (SENTENCE * 100).strip()

    assert joined(sent_by(android, text)) == text


@pytest.mark.parametrize("cut", [android, ios])
@pytest.mark.parametrize("line", ["- one of many items", "| a | row of a table |", "> said by somebody"])
def test_lines_that_belong_together_stay_together(cut: Cut, line: str) -> None:
    text = "\n".join([line] * 500)

    assert joined(sent_by(cut, text)) == text


def test_a_list_with_blank_lines_keeps_them() -> None:
    text = "\n\n".join(["- one of many items, and of those that say more"] * 200)

    assert joined(sent_by(android, text)) == text


@pytest.mark.parametrize("cut", [android, ios])
def test_code_gets_no_blank_line(cut: Cut) -> None:
    assert joined(sent_by(cut, CODE)) == CODE


@pytest.mark.parametrize("piece", ["torch.cat", "3.14159", "https://example.org/a.b"])
def test_a_cut_at_the_dot_of_a_name_or_number_leaves_nothing(piece: str) -> None:
    text = "word " * 700 + piece + " and " + "word " * 300

    assert joined(sent_by(ios, text)) == text.strip()


def test_characters_without_any_place_to_cut_stay_side_by_side() -> None:
    text = "推导缩放点积注意力" * 600

    assert joined([text[:LIMIT], text[LIMIT:]]) == text


def test_a_code_block_cut_in_two_is_one_again() -> None:
    one = rebuild("text\na = 1", [Entity("pre", 5, 5, language="python")])
    two = rebuild("b = 2\nmore", [Entity("pre", 0, 5, language="python")])

    assert join(one, two, LIMIT - 5) == "text\n```python\na = 1\nb = 2\n```\nmore"


def test_a_part_is_known_by_its_length() -> None:
    assert was_cut(2600)
    assert not was_cut(2000)
