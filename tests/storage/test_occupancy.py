"""A SQLite database is restored by one process while nobody has it open, and served by one alone."""

from pathlib import Path

import pytest

from bot.storage.address import DatabaseAddress, StorageError, parse_address
from bot.storage.occupancy import in_use, served_alone


@pytest.fixture
def address(tmp_path: Path) -> DatabaseAddress:
    return parse_address(f"sqlite:///{tmp_path / 'live.db'}")


def test_a_database_in_use_is_not_replaced(address: DatabaseAddress) -> None:
    refused = pytest.raises(StorageError, match="stop the bot, then restore")
    with in_use(address), in_use(address), refused, in_use(address, alone=True):
        pass

    with in_use(address, alone=True), pytest.raises(StorageError, match="is being restored"), in_use(address):
        pass


def test_a_second_process_does_not_serve_what_one_serves_already(address: DatabaseAddress) -> None:
    refused = pytest.raises(StorageError, match="served by another process already: end that one first")
    with served_alone(address), in_use(address), refused, served_alone(address):
        pass

    with served_alone(address):
        pass


def test_on_postgresql_several_serve() -> None:
    address = parse_address("postgresql://user@host/name")

    with served_alone(address), served_alone(address), in_use(address), in_use(address, alone=True):
        pass
