"""Footnotes written where they are referred to, `text^[a note]`, as Pandoc and Obsidian have them."""

import re

_INLINE = re.compile(r"\^\[(?<!\\\^\[)((?:[^\[\]\n]|\[[^\[\]\n]*\])++)\](?![(\[:])")
# `^[1]` is a raised number, and no note that anyone would open.
_SAYS_SOMETHING = re.compile(r"[A-Za-z]{2}|[\u3040-\u30ff\u3400-\u9fff\ufdd0]")


def set_notes_apart(text: str) -> str:
    """`text` with such notes as references, and their definitions at its end."""
    if "^[" not in text:
        return text
    notes: list[str] = []

    def reference(match: re.Match[str]) -> str:
        if not _SAYS_SOMETHING.search(match[1]):
            return match[0]
        name = f"[^{len(notes) + 1} inline]"
        notes.append(f"\n\n{name}: {match[1].strip()}")
        return name

    return "".join((_INLINE.sub(reference, text), *notes))
