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
        ("HELIOGRAPH_KEEP_DAYS", "0", "write a whole number from 3 to 36500"),
        ("HELIOGRAPH_KEEP_DAYS", "many", "write a whole number from 3 to 36500"),
        ("HELIOGRAPH_API_URL", "http://[x", "is no web address"),
        ("HELIOGRAPH_API_URL", "http://localhost:99999", "is no web address"),
        ("HELIOGRAPH_SITE_URL", "https://example.com:y", "is no web address"),
        *(
            ("HELIOGRAPH_SENDS_PER_SECOND", value, "HELIOGRAPH_SENDS_PER_SECOND: write a number from 0.01 to 1000.")
            for value in ("nan", "inf", "-inf", "0", "-1", "1e9", "1e-300", "many")
        ),
        ("HELIOGRAPH_CHAT_SENDS_PER_SECOND", "nan", "write a number from 0.01 to 30"),
        ("HELIOGRAPH_GROUP_SENDS_PER_MINUTE", "1.5", "write a whole number from 1 to 1000"),
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


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1:8080/updates", "begin with https://"),
        ("https://bot.example.org:8080/updates", "ports 443, 80, 88 and 8443 alone, not to 8080"),
        ("https://bot.example.org:port/", "is no web address"),
        ("https://[::1/", "is no web address"),
        ("https://localhost/updates", "cannot reach localhost"),
        ("https://bot/updates", "cannot reach bot"),
        ("https://bot.internal./updates", "cannot reach bot.internal."),
        ("https://127.0.0.1/updates", "cannot reach 127.0.0.1"),
        ("https://192.168.1.5:8443/updates", "cannot reach 192.168.1.5"),
        ("https://[2606:4700::1]/updates", "to no IPv6 address"),
        ("https://bot.example.org/more updates", "holds characters that no address has"),
        ("https://bot.example.org/更新", "holds characters that no address has"),
        ("https://bot.example.org/updates#here", "holds characters that no address has"),
    ],
)
def test_a_webhook_where_telegram_brings_nothing_is_refused(address: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({"HELIOGRAPH_WEBHOOK_URL": address}, env_file=None)

    assert str(caught.value).startswith("HELIOGRAPH_WEBHOOK_URL: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("address", "api_url"),
    [
        ("https://bot.example.org", ""),
        ("https://bot.example.org:88/a/b?c=%20", ""),
        ("https://8.8.8.8:8443/updates", ""),
        ("https://bot:8080/updates", "http://telegram-bot-api:8081"),
        ("http://127.0.0.1:8080/updates", "http://127.0.0.1:8081"),
    ],
)
def test_a_webhook_that_a_server_can_reach_is_taken(address: str, api_url: str) -> None:
    environ = {"HELIOGRAPH_WEBHOOK_URL": address, "HELIOGRAPH_API_URL": api_url}

    assert load(environ, env_file=None).webhook_url == address


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


def test_a_line_of_an_env_file_that_cannot_be_read_is_told_without_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        _load(tmp_path, f'OTHER LINE\nHELIOGRAPH_TOKEN="{TOKEN}\n')

    assert str(caught.value).endswith(
        ".env, line 2, cannot be read; write NAME=value, with a quotation mark at both ends or at none."
    )
    assert TOKEN not in str(caught.value)


def test_lines_of_an_env_file_for_other_programs_are_theirs(tmp_path: Path) -> None:
    assert _load(tmp_path, "OTHER LINE\nHELIOGRAPH_LANGUAGE=zh\n").language == "zh"  # type: ignore[attr-defined]


def test_a_secret_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\r\n", encoding="utf-8-sig")

    assert load({"HELIOGRAPH_TOKEN_FILE": str(tmp_path / "token")}, env_file=None).require_token() == TOKEN


class _ClosedFolder(type(Path())):  # type: ignore[misc]
    """As after `sudo -u heliograph`, begun in a folder that user may not enter."""

    def is_file(self) -> bool:
        raise PermissionError(13, "Permission denied")


def test_a_start_in_a_folder_that_may_not_be_entered_is_told() -> None:
    with pytest.raises(SettingsError, match=r"\.env cannot be read: Permission denied; .* folder that it may enter"):
        load({}, env_file=_ClosedFolder(".env"))
