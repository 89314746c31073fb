"""Every setting with its default, what it may be, and what is made of it."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.domain.errors import HeliographError
from bot.settings.machine import machine_zone
from bot.settings.webhook import refusal

PREFIX = "HELIOGRAPH_"
# core.telegram.org/bots/api#authorizing-your-bot: `123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11`.
TOKEN_SHAPE = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,64}")

# A port, alone or after a name, an IPv4 address, or an IPv6 address in brackets.
LISTEN_SHAPE = re.compile(r"(?:(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):)?\d{1,5}")
# core.telegram.org/bots/api#setwebhook allows shorter ones, which could be guessed.
SECRET_SHAPE = re.compile(r"[A-Za-z0-9_-]{16,256}")


class SettingsError(HeliographError):
    """A setting is missing, unknown or malformed; the message names it and says what to write."""


class Settings(BaseSettings):
    """Every setting; `description` is what the README's table says of it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True)

    token: SecretStr | None = Field(None, description="The bot's token, from @BotFather. Needed by `heliograph run`.")
    content: Path = Field(Path("content"), description="The folder of posts.")
    data: Path = Field(Path("data"), description="The folder for the database and caches; made with mode 0700.")
    database_url: SecretStr | None = Field(
        None, description="`sqlite:///path` or `postgresql://…`; default: SQLite in the data folder."
    )
    admins: Annotated[frozenset[int], NoDecode] = Field(
        frozenset(), description="Telegram user ids who may publish, comma-separated; /id tells a person theirs."
    )
    timezone: str = Field("", description="IANA name, e.g. `Asia/Shanghai`; default: the machine's.")
    language: Literal["zh", "en"] = Field("en", description="For readers whose Telegram language is neither.")
    api_url: str = Field("https://api.telegram.org", description="Another Bot API server: its address without `/bot`.")
    site_url: str = Field("", description="The public address of the posts, for their relative links.")
    title: str = Field("INCOMING TRANSMISSION", description="The publication's name.", min_length=1, max_length=64)
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    log_format: Literal["text", "json"] = Field("text", description="One line a record, as text or as JSON.")

    sentry_dsn: SecretStr | None = Field(None, description="Where errors are reported; needs the extra `sentry`.")

    keep_days: int = Field(90, description="Days that what was done is kept.", ge=3, le=36500)
    health_listen: str = Field(
        "", description="`host:port`, or a port of 127.0.0.1, for `/livez`, `/readyz` and `/metrics`."
    )
    webhook_url: str = Field("", description="Where Telegram brings updates, e.g. `https://bot.example.org/updates`.")
    webhook_secret: SecretStr | None = Field(None, description="What Telegram shows with each update.")
    listen: str = Field("127.0.0.1:8080", description="`host:port` that the webhook listens on.")

    push_hold: int = Field(
        10, ge=0, le=10_000, description="More posts than this newly visible at once wait for an admin to be pushed."
    )
    push_gather: int = Field(
        60, ge=0, le=3600, description="Seconds in which posts gather into one push for those who want them at once."
    )
    uncertain: Literal["park", "resend"] = Field(
        "park", description="A digest that may or may not have arrived: wait for an admin, or send it again."
    )
    sends_per_second: float = Field(
        28.0, ge=0.01, le=1000, description="Messages a second overall. Telegram allows some 30, paid broadcasts 1,000."
    )
    chat_sends_per_second: float = Field(1.0, ge=0.01, le=30, description="Messages a second in one chat.")
    group_sends_per_minute: int = Field(20, ge=1, le=1000, description="Messages a minute in one group or channel.")
    paid_broadcast: bool = Field(
        False, description="Send digests as paid broadcasts, for Telegram Stars; raise `HELIOGRAPH_SENDS_PER_SECOND`."
    )

    @field_validator("admins", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        words = [word for word in re.split(r"[\s,]+", value) if word]
        if bad := [word for word in words if not re.fullmatch(r"[1-9]\d{0,15}", word)]:
            raise ValueError(f"“{bad[0]}” is no Telegram user id; write whole numbers, e.g. 12345678,87654321")
        return frozenset(map(int, words))

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value:
            try:
                ZoneInfo(value)
            except (KeyError, ValueError, OSError) as error:
                raise ValueError(f"“{value}” is no time zone; write an IANA name, e.g. Asia/Shanghai") from error
        return value

    @field_validator("api_url", "site_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_whole = False
        if value and not is_whole:
            raise ValueError(f"“{value}” is no web address; write it whole, e.g. https://example.com")
        return value.rstrip("/")

    @field_validator("api_url")
    @classmethod
    def _no_method_address(cls, value: str) -> str:
        if re.search(r"/bot(\d|$)", value):
            raise ValueError("it ends before /bot; write the server's address alone, e.g. http://127.0.0.1:8081")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _reachable_webhook(cls, value: str, info: ValidationInfo) -> str:
        # An address of the server that is wrong itself is told of first.
        if value and "api_url" in info.data and (why := refusal(value, info.data["api_url"])):
            raise ValueError(why)
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not SECRET_SHAPE.fullmatch(value.get_secret_value()):
            raise ValueError("write 16 to 256 of the characters A-Z a-z 0-9 _ - (openssl rand -hex 32 makes some)")
        return value

    @field_validator("health_listen", "listen")
    @classmethod
    def _listening_address(cls, value: str) -> str:
        if value and not (LISTEN_SHAPE.fullmatch(value) and _address(value)[1] < 2**16):
            raise ValueError(f"“{value}” is no address to listen on; write host:port, e.g. 127.0.0.1:9464")
        return value

    @field_validator("token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not TOKEN_SHAPE.fullmatch(value.get_secret_value()):
            # The value itself must not reach the message: a mistyped secret is still a secret.
            raise ValueError("it does not look like a bot token; copy it whole from @BotFather (123456789:ABC…)")
        return value

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # `load` gathers the values itself, because *_FILE and unknown names need them all at once.
        return (init_settings,)

    def require_token(self) -> str:
        """The token; raises SettingsError with how to get one."""
        if self.token is None:
            raise SettingsError(
                "HELIOGRAPH_TOKEN is not set; get a token from @BotFather and set it, "
                "or try `heliograph demo`, which needs none."
            )
        return self.token.get_secret_value()

    def require_webhook_secret(self) -> str:
        """The webhook's secret; raises SettingsError, for without one anybody could send updates."""
        if self.webhook_secret is None:
            raise SettingsError(
                "HELIOGRAPH_WEBHOOK_SECRET is not set, and without it anybody could speak for Telegram; "
                "set it, e.g. to what `openssl rand -hex 32` prints."
            )
        return self.webhook_secret.get_secret_value()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must stand in no log."""
        return tuple(one.get_secret_value() for one in (self.token, self.webhook_secret, self.sentry_dsn) if one)

    @property
    def listen_address(self) -> tuple[str, int]:
        """Where the webhook listens."""
        return _address(self.listen)

    @property
    def zone(self) -> ZoneInfo:
        """The publication's time zone: as set, else the machine's, else UTC."""
        return ZoneInfo(self.timezone) if self.timezone else machine_zone()

    @property
    def health_address(self) -> tuple[str, int] | None:
        """Where probes and metrics are served; None for nowhere."""
        return _address(self.health_listen) if self.health_listen else None

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address as SQLAlchemy takes it; may hold a password."""
        if self.database_url:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data / 'heliograph.sqlite3').resolve()}"


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    return host.strip("[]") or "127.0.0.1", int(port)
