"""The bar inside a wiki link or code kept from ending the cell of the table it stands in."""

import re

from bot.markup.normalise.stash import Stash

# Authors write `| see [[Page|its name]] |` as they would anywhere; the parser would end the cell inside the link.
_ROW = re.compile(r"\n[ \t>]{0,24}\|[^\n]*\[\[[^\n]*")
_BAR = re.compile(r"(\[\[[^\[\]|\n\\]{1,300})\|(?=[^\[\]|\n]{0,300}\]\])")
_RULE = re.compile(r"\n[ \t>]*+\|?+[ \t]*+:?-++:?[ \t]*+\|")
_WHOLE_RULE = re.compile(r"[ \t>]*+\|?+[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?+[ \t]*+")
_CODE = re.compile(r"`[^`|\n]*+\|[^`\n]*+`")
_FREE_BAR = re.compile(r"\|(?<!\\\|)")
_TOKEN = re.compile("\ufdd0\\d+\ufdd1")


def has_wiki_rows(text: str) -> bool:
    """Whether a line that begins as a table's row holds a wiki link."""
    return "|" in text and "[[" in text and _ROW.search(text) is not None


def has_code_rows(text: str) -> bool:
    """Whether there may be code with a bar in it, and a table."""
    return "|" in text and "`" in text and _CODE.search(text) is not None and _RULE.search(text) is not None


def keep_bars(text: str) -> str:
    """`text` with the bars of wiki links in rows of tables escaped."""
    if not has_wiki_rows(text):
        return text
    return _ROW.sub(lambda row: _BAR.sub(r"\1\\|", row.group()), text)


def keep_code_bars(text: str, stash: Stash) -> str:
    """`text`, its code set aside, with the bars of code escaped in rows that have their cells without them."""
    lines = text.split("\n")
    columns = 0
    for number, line in enumerate(lines):
        if "-" in line and "|" in line and _WHOLE_RULE.fullmatch(line):
            columns = _cells(line)
            if number:
                lines[number - 1] = _kept(lines[number - 1], columns, stash)
        elif not line.strip(" \t>"):
            columns = 0
        elif columns and "\ufdd0" in line:
            lines[number] = _kept(line, columns, stash)
    return "\n".join(lines)


def _kept(row: str, columns: int, stash: Stash) -> str:
    count = _cells(row)
    if count == columns or (count < columns < _cells(stash.fill(row))):
        return _TOKEN.sub(lambda token: _escaped(token.group(), stash), row)
    return row


def _escaped(token: str, stash: Stash) -> str:
    piece = stash.get(token) or ""
    if piece[:1] != "`" or "|" not in piece or "\n" in piece:
        return token
    return stash.put(_FREE_BAR.sub(r"\\|", piece))


def _cells(row: str) -> int:
    """How many cells the parser would see."""
    inside = row.strip(" \t>").removeprefix("|")
    return len(_FREE_BAR.findall(inside)) + (not inside.endswith("|") or inside.endswith("\\|"))
