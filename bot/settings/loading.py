"""Settings gathered from the environment and `.env`; `NAME_FILE` may name a file that holds the value."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import ValidationError

from bot.settings.model import PREFIX, Settings, SettingsError

_ADVICE = {
    "bool": "write true or false",
    "string": "write 1 to 64 characters",
    "path": "write the path of a folder",
}


def load(
    environ: Mapping[str, str] | None = None, *, env_file: Path | None = Path(".env"), **overrides: Any
) -> Settings:
    """The settings of this process; `overrides` (by field name) win. Raises SettingsError."""
    environ = os.environ if environ is None else environ
    values: dict[str, str] = {}
    if env_file:
        values |= _ours(_read_env(env_file), str(env_file))
    values |= _ours(environ, "the environment")
    known = {name: value for name, value in values.items() if value.strip()} | overrides
    try:
        return Settings(**known)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][0])
        context = first.get("ctx", {})
        said = context.get("error") or _advice(field, first["type"], context)
        raise SettingsError(f"{PREFIX}{field.upper()}: {said}.") from None


def _advice(field: str, kind: str, context: Mapping[str, Any]) -> str:
    """What to write, in words; pydantic's own speak of validation."""
    about = Settings.model_fields[field]
    low, high = (next((getattr(one, end) for one in about.metadata if hasattr(one, end)), None) for end in ("ge", "le"))
    if low is not None and high is not None:
        return f"write a {'whole number' if about.annotation is int else 'number'} from {low:g} to {high:g}"
    if "expected" in context:
        return f"write {context['expected']}"
    return _ADVICE.get(kind.partition("_")[0], "it cannot be read; see README.md for what it takes")


def _ours(source: Mapping[str, str], where: str) -> dict[str, str]:
    """Our settings in `source` by field name, those given as files read."""
    fields = Settings.model_fields
    found: dict[str, str] = {}
    for name, value in source.items():
        if not name.startswith(PREFIX) or name.startswith(PREFIX + "TEST_"):
            continue
        field = name.removeprefix(PREFIX).lower()
        if field in fields:
            found[field] = value
        elif field.endswith("_file") and field.removesuffix("_file") in fields:
            if source.get(name.removesuffix("_FILE"), "").strip() and value.strip():
                raise SettingsError(f"{name} and {name.removesuffix('_FILE')} are both set, in {where}; keep one.")
            if value.strip():
                found[field.removesuffix("_file")] = _secret_file(name, Path(value))
        else:
            near = get_close_matches(field, fields, n=1)
            advice = f"did you mean {PREFIX}{near[0].upper()}?" if near else "README.md lists them all."
            raise SettingsError(f"{name}, in {where}, is no setting of Heliograph; {advice}")
    return found


def _read_env(file: Path) -> dict[str, str]:
    try:
        # Editors may put a byte order mark before the first line.
        text = file.read_text(encoding="utf-8-sig") if file.is_file() else ""
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} cannot be read: {_why_unreadable(error)}; save it as UTF-8 text.") from None
    except OSError as error:
        raise SettingsError(
            f"{file} cannot be read: {_why_unreadable(error)}; "
            "let this user read it, or start in a folder that it may enter."
        ) from None
    for line in parse_stream(StringIO(text)):
        # The line itself must not reach the message: it may hold a secret.
        if line.error and PREFIX in line.original.string:
            raise SettingsError(
                f"{file}, line {line.original.line}, cannot be read; "
                "write NAME=value, with a quotation mark at both ends or at none."
            )
    return {name: value or "" for name, value in dotenv_values(stream=StringIO(text), interpolate=False).items()}


def _secret_file(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name} names {path}, which cannot be read: {_why_unreadable(error)}.") from None


def _why_unreadable(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else "it is no text in UTF-8"
