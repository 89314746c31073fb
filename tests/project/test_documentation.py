"""Every command and every setting is documented where a person looks for it."""

import re
import tomllib
from pathlib import Path

import typer.main

from bot.chat.commands import ADMIN, PUBLIC
from bot.chat.routing import all_routes
from bot.cli import build
from bot.screens.catalogue import LANGUAGES, words
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_names_every_setting() -> None:
    missing = [name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in README]

    assert missing == []


def test_readme_names_no_setting_that_does_not_exist() -> None:
    named = {match.removesuffix("_FILE") for match in re.findall(r"`(HELIOGRAPH_[A-Z_]+)`", README)}

    assert named <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def test_readme_names_every_subcommand() -> None:
    group = typer.main.get_command(build())
    commands = getattr(group, "commands")  # noqa: B009  # typer's annotation hides that this is a group

    assert [name for name in commands if f"`heliograph {name}" not in README] == []


def test_every_chat_command_is_in_the_readme_and_in_the_menu() -> None:
    commands = set(all_routes().commands)

    assert commands == {*PUBLIC, *ADMIN}
    assert [name for name in commands if f"`/{name}`" not in README] == []


def test_help_mentions_or_the_menu_describes_every_command() -> None:
    for language in LANGUAGES:
        said = words(language)
        assert [name for name in (*PUBLIC, *ADMIN) if not said.has(f"command.{name}")] == []


def test_changelog_knows_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert "## [Unreleased]" in changelog or f"## [{version}]" in changelog
