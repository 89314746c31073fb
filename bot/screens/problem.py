"""Problems in the reader's language: the line, what is wrong, how to mend it."""

from collections.abc import Sequence

from bot.domain.message import TextBuilder
from bot.domain.problem import Problem, Severity
from bot.screens.reader import Reader, clip

SHOWN = 12
LIMIT = 400


def add_problems(
    text: TextBuilder, reader: Reader, problems: Sequence[Problem], *, with_file: bool = False, of: str = ""
) -> None:
    """A line a problem, errors first; of many the first dozen. Files other than `of` are named, `with_file` each."""
    ordered = sorted(problems, key=lambda one: (one.severity is not Severity.ERROR, one.file, one.line))
    for one in ordered[:SHOWN]:
        text.add("\n✗ " if one.severity is Severity.ERROR else "\n⚠ ")
        if with_file or (of and one.file != of):
            text.add(clip(one.file, 80), "code").add(" ")
        if one.line:
            text.add(reader.words("problem_line.place", line=one.line))
        add_marked(text, sentence(reader, one))
    if len(ordered) > SHOWN:
        text.add("\n" + reader.words("problem_line.more", n=len(ordered) - SHOWN))


def sentence(reader: Reader, problem: Problem) -> str:
    """What is wrong and how to mend it, without the place."""
    what = reader.words(f"problem.{problem.code}.what", **problem.facts)
    mend = reader.words(f"problem.{problem.code}.mend", **problem.facts)
    return clip(reader.words("problem_line.sentence", what=what, mend=mend), LIMIT)


def add_marked(text: TextBuilder, sentence: str) -> TextBuilder:
    """Append a sentence, what stands between backticks as code."""
    for place, piece in enumerate(sentence.split("`")):
        text.add(piece, *(("code",) if place % 2 else ()))
    return text
