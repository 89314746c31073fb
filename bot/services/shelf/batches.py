"""How many posts go into one transaction, learnt from how long the last one held the write lock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

# Others wait for the lock: readers of a chat notice a tenth of a second.
TARGET_SECONDS = 0.03
# A batch costs some 15 ms however small it is: fewer posts would only make all of it longer.
SMALLEST, LARGEST = 5, 500


@dataclass
class BatchSize:
    """Starts small; `took` tells how long the last batch held the lock."""

    size: int = 50

    def of(self, items: Sequence[T]) -> Iterator[Sequence[T]]:
        """`items` in batches, each of the size that is right when it begins."""
        done = 0
        while done < len(items):
            batch = items[done : done + self.size]
            done += len(batch)
            yield batch

    def took(self, seconds: float) -> None:
        fitting = int(self.size * TARGET_SECONDS / max(seconds, 1e-6))
        # One lucky batch may not make the next one huge: its posts may be long.
        self.size = max(SMALLEST, min(fitting, 2 * self.size, LARGEST))
