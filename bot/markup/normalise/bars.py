"""The bar inside a wiki link kept from ending the cell of the table it stands in."""

import re

# Authors write `| see [[Page|its name]] |` as they would anywhere; the parser would end the cell inside the link.
_ROW = re.compile(r"\n[ \t>]{0,24}\|[^\n]*\[\[[^\n]*")
_BAR = re.compile(r"(\[\[[^\[\]|\n\\]{1,300})\|(?=[^\[\]|\n]{0,300}\]\])")


def has_wiki_rows(text: str) -> bool:
    """Whether a line that begins as a table's row holds a wiki link."""
    return "|" in text and "[[" in text and _ROW.search(text) is not None


def keep_bars(text: str) -> str:
    """`text` with the bars of wiki links in rows of tables escaped."""
    if not has_wiki_rows(text):
        return text
    return _ROW.sub(lambda row: _BAR.sub(r"\1\\|", row.group()), text)
