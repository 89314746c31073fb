"""Who has a SQLite database open; each hold ends with its process. On PostgreSQL many may, and nobody is asked."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from bot.storage.address import DatabaseAddress, StorageError


@contextmanager
def in_use(address: DatabaseAddress, *, alone: bool = False) -> Iterator[None]:
    """Keeps restores away from an open database, at most until the process ends; `alone` is for the restore.

    Raises StorageError when it is being restored, or, with `alone`, when anybody uses it.
    """
    taken = "in use: stop the bot, then restore" if alone else "being restored: start again when that is done"
    with _locked(address, ".use.lock", fcntl.LOCK_EX if alone else fcntl.LOCK_SH, taken):
        yield


@contextmanager
def served_alone(address: DatabaseAddress) -> Iterator[None]:
    """Keeps other processes from sending out of this database; StorageError when one does already.

    Whoever begins to send takes what is in the air for what a dead one left there.
    """
    taken = "served by another process already: end that one first; several at once need PostgreSQL"
    with _locked(address, ".run.lock", fcntl.LOCK_EX, taken):
        yield


@contextmanager
def _locked(address: DatabaseAddress, ending: str, how: int, taken: str) -> Iterator[None]:
    if address.dialect != "sqlite":
        yield
        return
    try:
        lock = address.file.with_name(address.file.name + ending).open("w")
    except OSError as error:
        raise address.failure(error) from error
    with lock:
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StorageError(f"{address} is {taken}.") from None
        yield
