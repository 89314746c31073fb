"""Obsidian's comments, `%% … %%`: notes of an author to themselves, which no reader is to see."""

import re

# Beside a letter it is a command of a notebook, `%%time and %%timeit`, or a sign that was escaped, `50%%`.
_COMMENT = re.compile(r"%%(?<![A-Za-z0-9_%]%%)(?!%)(?:[^%\n]|%(?!%)|\n(?![ \t>]*\n))++%%(?![A-Za-z0-9_%])")
_BLOCK = re.compile(r"\n[ \t]*+%%[ \t]*+\n(?s:.*?)\n[ \t]*+%%[ \t]*+(?=\n|\Z)")


def has_comments(text: str) -> bool:
    return "%" in text and "%%" in text


def drop_comments(text: str) -> str:
    if not has_comments(text):
        return text
    return _COMMENT.sub("", _BLOCK.sub("\n", f"\n{text}")[1:])
