"""What databases say becomes one sentence for an operator, with advice and without the password."""

import sqlite3

import pytest

from bot.storage.address import StorageError, parse_address

_AT = 'connection failed: connection to server at "127.0.0.1", port 5432 failed: '
_CLOSED = (
    "server closed the connection unexpectedly\n"
    "\tThis probably means the server terminated abnormally\n"
    "\tbefore or while processing the request."
)


# What PostgreSQL 15, libpq 18 and psycopg 3.3 were seen to say.
@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            f"{_AT}Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?",
            "Connection refused; start it, or look at host and port in HELIOGRAPH_DATABASE_URL.",
        ),
        (
            (
                'connection is bad: connection to server on socket "/run/.s.PGSQL" failed: No such file or directory\n'
                "\tIs the server running locally and accepting connections on that socket?"
            ),
            "No such file or directory; start it, or look at host and port in HELIOGRAPH_DATABASE_URL.",
        ),
        (
            (
                "Multiple connection attempts failed. All failures were:\n"
                "- host: 'a', port: 5: connection to server at \"::1\", port 5 failed: Connection refused\n"
                "- host: 'b', port: 5: connection failed: FATAL:  password authentication failed for user \"me\""
            ),
            'password authentication failed for user "me"; look at user and password in HELIOGRAPH_DATABASE_URL.',
        ),
        (
            (
                f'{_AT}FATAL:  password authentication failed for user "me"\n'
                'connection to server at "127.0.0.1", port 5432 failed: FATAL:  no pg_hba.conf entry for host '
                '"127.0.0.1", user "me", database "heliograph", no encryption'
            ),
            (
                'no pg_hba.conf entry for host "127.0.0.1", user "me", database "heliograph", no encryption; '
                "let this machine in there, or look at user and password in HELIOGRAPH_DATABASE_URL."
            ),
        ),
        (
            f"{_AT}fe_sendauth: no password supplied",
            "fe_sendauth: no password supplied; look at user and password in HELIOGRAPH_DATABASE_URL.",
        ),
        (
            f'{_AT}FATAL:  database "heliograph" does not exist',
            'database "heliograph" does not exist; create it, or name another in HELIOGRAPH_DATABASE_URL.',
        ),
        (
            "failed to resolve host 'db.example.org': [Errno -2] Name or service not known",
            (
                "failed to resolve host 'db.example.org': [Errno -2] Name or service not known; "
                "look at the host in HELIOGRAPH_DATABASE_URL."
            ),
        ),
        (_CLOSED, "server closed the connection unexpectedly; look at the server's log."),
        (_AT + _CLOSED, "server closed the connection unexpectedly; look at the server's log."),
        (
            f"consuming input failed: {_CLOSED}",
            "server closed the connection unexpectedly; look at the server's log.",
        ),
        (
            "terminating connection due to administrator command",
            "terminating connection due to administrator command; somebody stops it, or ended its connections.",
        ),
        (
            f"FATAL:  terminating connection due to administrator command\n{_CLOSED}",
            "terminating connection due to administrator command; somebody stops it, or ended its connections.",
        ),
        (
            f"{_AT}FATAL:  the database system is starting up",
            "the database system is starting up; wait until it takes connections.",
        ),
        (
            f"{_AT}FATAL:  the database system is in recovery mode",
            "the database system is in recovery mode; wait until it takes connections.",
        ),
        (
            "connection timeout expired",
            "connection timeout expired; look at host and port in HELIOGRAPH_DATABASE_URL, and at the network between.",
        ),
        (
            f"{_AT}FATAL:  sorry, too many clients already",
            "sorry, too many clients already; end other programs that use it, or raise its max_connections.",
        ),
        (
            f"{_AT}FATAL:  remaining connection slots are reserved for non-replication superuser connections",
            (
                "remaining connection slots are reserved for non-replication superuser connections; "
                "end other programs that use it, or raise its max_connections."
            ),
        ),
        ("something new\nDETAIL:  in two lines", "something new."),
        ("the connection is closed", "the connection is closed."),
        ("", "RuntimeError."),
    ],
)
def test_what_postgresql_says_becomes_a_reason_and_advice(said: str, told: str) -> None:
    failure = parse_address("postgresql://me@host/heliograph").failure(RuntimeError(said))

    assert str(failure) == f"PostgreSQL database 'heliograph' on host:5432 cannot be used: {told}"


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("attempt to write a readonly database", "cannot be written: check the file's permissions"),
        ("database or disk is full", "cannot grow because the disk is full"),
        ("disk I/O error", "because the disk fails"),
        ("database is locked", "is held by another process"),
        ("database disk image is malformed", "is damaged: restore a backup"),
        ("something new", "cannot be used: something new"),
    ],
)
def test_what_sqlite_says_becomes_advice(said: str, advice: str) -> None:
    failure = parse_address("sqlite:////data/h.db").failure(sqlite3.OperationalError(said))

    assert str(failure).startswith("SQLite file /data/h.db ")
    assert advice in str(failure)


def test_a_server_that_repeats_the_password_does_not_reveal_it() -> None:
    address = parse_address("postgresql://me:hunter22@host/heliograph")

    assert "hunter22" not in str(address.failure(RuntimeError('bad connection string "password=hunter22"')))


@pytest.mark.parametrize("rest", ["host/name", "/name", "/or@host/name"])
def test_the_end_of_a_password_with_an_at_sign_is_not_taken_for_a_host(rest: str) -> None:
    with pytest.raises(StorageError) as caught:
        parse_address(f"postgresql://me:hunt@er22@{rest}")

    assert str(caught.value).endswith("write the one in the password as %40")
    assert "er22" not in str(caught.value)
