"""A pasted text that is no post yet: what it lacks, to be copied."""

import json

from bot.domain.message import Screen, TextBuilder
from bot.screens.reader import Reader, clip
from bot.screens.shelf import TITLE_LIMIT


def needs_front_matter(reader: Reader, title: str) -> Screen:
    """What makes a post of it, with its own title."""
    # A string of JSON is one of YAML, whatever the title holds.
    front = f"---\ntitle: {json.dumps(clip(title, TITLE_LIMIT), ensure_ascii=False)}\n---"
    text = TextBuilder().add(reader.words("upload.needs_front_matter") + "\n").add(front, "pre").build()
    return Screen(text.text, text.entities)
