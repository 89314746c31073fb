"""Problems with what an author wrote: a place, a verdict and advice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the file (or its newest version) off the shelf; a warning costs one value at most."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one line.

    `file` is relative to the content folder, with forward slashes; `line` counts from 1 in the file itself,
    0 when the problem is the file's as a whole. `what` and `mend` are English sentences without a capital or
    a full stop. `code` is stable and names the kind (`date-no-zone`); with `facts` it lets a screen say the
    same in another language.
    """

    file: str
    line: int
    severity: Severity
    what: str
    mend: str
    code: str
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}; {self.mend}"
