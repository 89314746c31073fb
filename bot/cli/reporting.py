"""Errors told to Sentry, where the operator wants that: no local variables, no bodies, no secret."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.chat.logs import Redaction
from bot.domain.errors import OperatorError
from bot.storage.address import StorageError


def start_reporting(dsn: str, secrets: Iterable[str], **options: Any) -> None:
    """Report what is logged as an error from now on; `options` go to Sentry's client. Raises OperatorError."""
    try:
        import sentry_sdk
        from sentry_sdk.utils import BadDsn
    except ImportError:
        raise OperatorError(
            "HELIOGRAPH_SENTRY_DSN is set, but Sentry's client is not installed; pip install '.[sentry]'."
        ) from None
    redact = Redaction(secrets)

    def clean(event: Any, hint: Mapping[str, Any]) -> Any:
        error = (hint.get("exc_info") or (None, None))[1]
        # The database reports its outage itself, once, and not with every tick that meets it.
        return None if isinstance(error, StorageError) else _masked(event, redact)

    try:
        sentry_sdk.init(
            dsn,
            # Frames of the wire hold the token, and those of handlers what readers wrote.
            include_local_variables=False,
            max_request_body_size="never",
            # An integration that switches itself on could send what nobody here has looked at.
            auto_enabling_integrations=False,
            before_send=clean,
            before_breadcrumb=clean,
            **options,
        )
    except BadDsn:
        raise OperatorError(
            "HELIOGRAPH_SENTRY_DSN is no address of a Sentry project; copy it whole from the project's settings."
        ) from None


def _masked(value: Any, redact: Redaction) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _masked(item, redact) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(item, redact) for item in value]
    return value
