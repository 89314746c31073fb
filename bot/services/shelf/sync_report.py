"""What a look at the content folder did and found."""

from dataclasses import dataclass, field

from bot.domain.problem import Problem
from bot.storage.shelf.visibility import Turned


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, by the files' paths. `held_withdrawals` vanished and stay on the shelf until an admin confirms.

    `look_again`: a category's page changed what posts may call it; the next sync reads them all.
    `problems` are those of the files that were looked at. `held_pushes` counts posts that wait for an admin.
    `stranger`: nothing was done, for this is not the folder that all replicas share; `unmarked`: it was, though the
    folder cannot be marked as theirs. `unreadable`: nothing was done, for the folder cannot be listed.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    unchanged: int = 0
    unsettled: tuple[str, ...] = ()
    held_withdrawals: tuple[str, ...] = ()
    held_pushes: int = 0
    problems: tuple[Problem, ...] = ()
    look_again: bool = False
    stranger: Problem | None = None
    unmarked: Problem | None = None
    unreadable: Problem | None = None
    turned: tuple[Turned, ...] = field(default=())

    @property
    def summary(self) -> str:
        """One line for a log."""
        counts = {
            "added": len(self.added),
            "changed": len(self.changed),
            "withdrawn": len(self.withdrawn),
            "refused": len(self.refused),
            # Those of sections too.
            "files unchanged" if self.unchanged != 1 else "file unchanged": self.unchanged,
            "held back": len(self.held_withdrawals),
        }
        return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing in the folder"
