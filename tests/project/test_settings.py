"""A bad setting is named in one sentence, and its value is never shown when it is a secret."""

import os
from pathlib import Path

import pytest

from bot.settings import SettingsError, load

TOKEN = "123456789:" + "A" * 35


def _load(tmp_path: Path, text: str = "", **environ: str) -> object:
    env_file = tmp_path / ".env"
    env_file.write_text(text, encoding="utf-8")
    return load(environ, env_file=env_file)


def test_settings_come_from_the_environment_then_the_file(tmp_path: Path) -> None:
    settings = _load(tmp_path, "HELIOGRAPH_TITLE=From file\nHELIOGRAPH_LANGUAGE=zh\nOTHER=1\n", HELIOGRAPH_TITLE="Ours")

    assert (settings.title, settings.language) == ("Ours", "zh")  # type: ignore[attr-defined]


def test_a_secret_can_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text(TOKEN + "\n")

    settings = load({"HELIOGRAPH_TOKEN_FILE": str(secret)}, env_file=None)

    assert settings.require_token() == TOKEN


def test_an_empty_value_means_unset() -> None:
    assert load({"HELIOGRAPH_TOKEN": "", "HELIOGRAPH_DATABASE_URL": " "}, env_file=None).token is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HELIOGRAPH_TOKEN", "hello", "does not look like a bot token"),
        ("HELIOGRAPH_TOKEN_FILE", "/nowhere/token", "cannot be read"),
        ("HELIOGRAPH_ADMINS", "1, bob", "“bob” is no Telegram user id"),
        ("HELIOGRAPH_ADMINS", "-5", "“-5” is no Telegram user id"),
        ("HELIOGRAPH_TIMEZONE", "Mars/Olympus", "“Mars/Olympus” is no time zone"),
        ("HELIOGRAPH_TIMEZONE", "../etc/passwd", "is no time zone"),
        ("HELIOGRAPH_LANGUAGE", "fr", "write 'zh' or 'en'"),
        ("HELIOGRAPH_API_URL", "localhost:8081", "is no web address"),
        ("HELIOGRAPH_API_URL", "http://127.0.0.1:8081/bot", "write the server's address alone"),
        ("HELIOGRAPH_SITE_URL", "example.com", "is no web address"),
        ("HELIOGRAPH_KEEP_DAYS", "0", "write a number at least 3"),
        ("HELIOGRAPH_KEEP_DAYS", "many", "write a whole number"),
        (
            "HELIOGRAPH_TITLES",
            "x",
            "HELIOGRAPH_TITLES, in the environment, is no setting of Heliograph; did you mean HELIOGRAPH_TITLE?",
        ),
    ],
)
def test_a_bad_setting_is_one_sentence(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({name: value}, env_file=None)

    assert said in str(caught.value)
    assert str(caught.value).startswith(name.removesuffix("_FILE"))
    assert "\n" not in str(caught.value)


def test_a_mistyped_token_is_not_shown() -> None:
    secret = "12345:" + "s3cr3t" * 2

    with pytest.raises(SettingsError) as caught:
        load({"HELIOGRAPH_TOKEN": secret}, env_file=None)

    assert "s3cr3t" not in repr(caught.value) + str(caught.value.__cause__) + str(caught.value.__context__ or "")


def test_settings_show_no_secret() -> None:
    settings = load({"HELIOGRAPH_TOKEN": TOKEN, "HELIOGRAPH_DATABASE_URL": "postgresql://u:pw@h/d"}, env_file=None)

    assert TOKEN not in repr(settings)
    assert "pw@h" not in repr(settings)


def test_ids_of_admins_are_numbers() -> None:
    assert load({"HELIOGRAPH_ADMINS": "1, 22,333 4444"}, env_file=None).admins == {1, 22, 333, 4444}


def test_a_missing_token_says_how_to_get_one() -> None:
    with pytest.raises(SettingsError, match="BotFather"):
        load({}, env_file=None).require_token()


@pytest.mark.skipif(not Path("/etc/localtime").exists() and "TZ" not in os.environ, reason="the machine has no zone")
def test_without_a_zone_the_machines_is_used() -> None:
    assert load({}, env_file=None).zone.key


def test_a_setting_given_twice_is_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("123456789:" + "A" * 35)
    both = {"HELIOGRAPH_TOKEN": "123456789:" + "B" * 35, "HELIOGRAPH_TOKEN_FILE": str(tmp_path / "token")}
    with pytest.raises(SettingsError, match="HELIOGRAPH_TOKEN_FILE and HELIOGRAPH_TOKEN are both set"):
        load(both, env_file=None)


def test_an_env_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("HELIOGRAPH_TITLE=望远镜\n".encode("gb18030"))
    with pytest.raises(SettingsError, match="save it as UTF-8 text"):
        load({}, env_file=tmp_path / ".env")
