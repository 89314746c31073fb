"""What databases say when they cannot be used, made into one clause for a person: what is wrong and what to do."""

from typing import Final

# What SQLite says -> what to do about it.
_SQLITE: Final = {
    "file is not a database": "is not a database file: name another file, or move this one away",
    "database disk image is malformed": "is damaged: restore a backup",
    "readonly database": "cannot be written: check the file's permissions and that the disk is not read-only",
    "unable to open database file": "cannot be opened: check that its folder exists and may be written",
    "disk is full": "cannot grow because the disk is full: make room",
    "disk i/o error": "cannot be read or written because the disk fails: check the disk",
    "database is locked": "is held by another process: end that process, or wait until its work is done",
}

_WAIT = "wait until it takes connections"
_START = "start it, or look at host and port in HELIOGRAPH_DATABASE_URL"
_LOGIN = "look at user and password in HELIOGRAPH_DATABASE_URL"
_HOST = "look at the host in HELIOGRAPH_DATABASE_URL"
_ROOM = "end other programs that use it, or raise its max_connections"

# What PostgreSQL or its library says -> what to do about it.
_POSTGRESQL: Final = {
    "connection refused": _START,
    "no such file or directory": _START,
    "timeout": "look at host and port in HELIOGRAPH_DATABASE_URL, and at the network between",
    "timed out": "look at host and port in HELIOGRAPH_DATABASE_URL, and at the network between",
    "could not translate host": _HOST,
    "failed to resolve host": _HOST,
    "password": _LOGIN,
    "pg_hba.conf": "let this machine in there, or " + _LOGIN,
    "does not exist": "create it, or name another in HELIOGRAPH_DATABASE_URL",
    "starting up": _WAIT,
    "shutting down": _WAIT,
    "in recovery mode": _WAIT,
    "administrator command": "somebody stops it, or ended its connections",
    "closed the connection unexpectedly": "look at the server's log",
    "in hot standby mode": "name the primary in HELIOGRAPH_DATABASE_URL, or wait until this server is it",
    "in a read-only transaction": "look whether it is a standby, or its disk is full",
    "too many clients": _ROOM,
    "remaining connection slots": _ROOM,
}


def of_sqlite(said: str) -> str:
    """What SQLite's message means, as it goes on after the file's name."""
    lowered = said.lower()
    return next((text for key, text in _SQLITE.items() if key in lowered), f"cannot be used: {said}")


def of_postgresql(said: str) -> str:
    """The reason in a message of the server's or its library's, with advice if there is any; empty without a reason.

    A message has several lines where several addresses were tried, and where the library explains itself.
    """
    # Indented lines ask back, or guess; the server may add a detail.
    lines = [line for line in said.splitlines() if not line.startswith(("\t", " ", "DETAIL:", "HINT:", "CONTEXT:"))]
    # What a server says is better than that another address has none.
    spoken = [line for line in lines if "FATAL:" in line] or lines
    if not spoken:
        return ""
    reason = spoken[-1].rpartition(" failed: ")[2].rpartition("FATAL:")[2].strip().rstrip(".")
    lowered = reason.lower()
    advice = next((text for key, text in _POSTGRESQL.items() if key in lowered), "")
    return f"{reason}; {advice}" if advice else reason
