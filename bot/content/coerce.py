"""Values of front matter as what their keys mean: texts, dates, yes and no, numbers, lists of names.

A value that does not fit is a problem on its line and costs that key alone; then the next key with the same meaning
is asked.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.content.block import Value
from bot.content.dates import ImpossibleDateError, parse_moment
from bot.content.frontmatter import FrontMatter
from bot.content.problems import Code, problem
from bot.domain.problem import Problem

YES = frozenset({"true", "yes", "on", "y", "1", "是"})
NO = frozenset({"false", "no", "off", "n", "0", "否"})

_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d*)?")
_LOOKS_LIKE_DATE = re.compile(r"\d{4}\D")


class Fields:
    """One file's values, taken by meaning; `problems` gathers what did not fit."""

    def __init__(self, file: str, front: FrontMatter, zone: ZoneInfo, *, zone_is_assumed: bool = False) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self.zone = zone
        self._zone_is_assumed = zone_is_assumed
        # Hugo's keys are the same in any case: publishDate, publishdate.
        self._values = {key.casefold(): (key, value, front.lines.get(key, 1)) for key, value in front.values.items()}
        self._taken: set[str] = set()
        taxonomies = front.values.get("taxonomies")
        if isinstance(taxonomies, dict):
            # Zola's tags and categories stand in a table of their own.
            for key, value in taxonomies.items():
                self._values.setdefault(key.casefold(), (key, value, front.lines.get(f"taxonomies.{key}", 1)))

    @property
    def rest(self) -> Mapping[str, Value]:
        """What nobody asked for, by key as spelled."""
        return {key: value for folded, (key, value, _) in self._values.items() if folded not in self._taken}

    def found(self, *keys: str) -> Iterator[tuple[str, Value, int]]:
        """The given keys that have a value: spelling, value, line. Those the caller iterates over count as taken."""
        for key in keys:
            spelling, value, line = self._values.get(key, (key, None, 0))
            if line:
                self._taken.add(key)
            if value is not None and value not in ("", [], {}):
                yield spelling, value, line

    def report(self, code: Code, line: int, **facts: str) -> None:
        """Note a problem of this file."""
        self.problems.append(problem(code, self._file, line, **facts))

    def text(self, *keys: str, limit: int) -> str | None:
        """One line of text, cut at `limit` characters."""
        for key, value, line in self.found(*keys):
            if not isinstance(value, str):
                self.report(Code.TEXT_EXPECTED, line, key=key)
                continue
            words = " ".join(value.split())
            if words:
                return self.shortened(key, words, line, limit)
        return None

    def shortened(self, key: str, words: str, line: int, limit: int) -> str:
        """`words`, cut with a problem when there are more than `limit` characters."""
        if len(words) <= limit:
            return words
        self.report(Code.VALUE_TOO_LONG, line, key=key, limit=str(limit))
        return words[: limit - 1] + "…"

    def moment(
        self, *keys: str, words_too: frozenset[str] = frozenset(), dates_the_post: bool = False
    ) -> datetime | None:
        """The first readable date, in UTC. Keys in `words_too` may hold yes or no as well: that is no date.

        Without the date that `dates_the_post` its post goes out at once, which is said of one that cannot be read.
        """
        impossible, unreadable = (
            (Code.DATE_IMPOSSIBLE, Code.DATE_UNREADABLE)
            if dates_the_post
            else (Code.MOMENT_IMPOSSIBLE, Code.MOMENT_UNREADABLE)
        )
        for key, value, line in self.found(*keys):
            shown = value if isinstance(value, str) else "[…]"
            is_flag = key.casefold() in words_too and not _LOOKS_LIKE_DATE.match(shown)
            if is_flag:
                continue
            try:
                moment = parse_moment(shown, self.zone)
            except ImpossibleDateError:
                self.report(impossible, line, key=key, value=shown)
                continue
            if moment is None:
                self.report(unreadable, line, key=key, value=shown)
                continue
            if moment.has_no_zone and self._zone_is_assumed:
                mended = f"{key}: {moment.at.astimezone(self.zone).isoformat(timespec='minutes')}"
                self.report(Code.DATE_NO_ZONE, line, key=key, zone=self.zone.key, mended=mended)
            return moment.at
        return None

    def hides(self, key: str, *, when: bool, dates_too: bool = False) -> bool:
        """Whether `key` keeps the post from readers: it does when it is `when`, and in doubt, which is reported."""
        for spelling, value, line in self.found(key):
            word = value.strip().casefold() if isinstance(value, str) else "[…]"
            if word in YES or word in NO:
                return (word in YES) is when
            if not (dates_too and _LOOKS_LIKE_DATE.match(word)):
                self.report(Code.YES_NO_EXPECTED, line, key=spelling, value=word)
                return True
        return False

    def number(self, *keys: str) -> int:
        """The first number, whole; yes is 1, no and nothing are 0."""
        for key, value, line in self.found(*keys):
            word = value.strip().casefold() if isinstance(value, str) else "[…]"
            if word in YES or word in NO:
                return int(word in YES)
            if _NUMBER.fullmatch(word):
                return int(float(word))
            self.report(Code.NUMBER_EXPECTED, line, key=key, value=word)
        return 0
