"""The parameters of a call, however they came: query string, form, JSON or multipart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.limits import MAX_REQUEST_BYTES

TRUE_WORDS = frozenset({"true", "yes", "1"})
SECRETS = frozenset({"secret_token"})


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    mime_type: str | None
    data: bytes = field(repr=False)


@dataclass(slots=True)
class Params:
    """Values as text, the way the official server keeps them, and the uploaded files by field name."""

    values: dict[str, str]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.values or name in self.uploads

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; ApiError 400 when the value is none."""
        value = self.values.get(name, "").strip()
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            raise bad_request(f"{name} must be an Integer") from None

    def flag(self, name: str) -> bool:
        return self.values.get(name, "").strip().lower() in TRUE_WORDS

    def parsed(self, name: str) -> Any:
        """The JSON value, None when absent or empty; ApiError 400 when it is no JSON."""
        value = self.values.get(name, "")
        if not value.strip():
            return None
        try:
            return load_json(value)
        except ValueError:
            raise bad_request(f"Can't parse {name.replace('_', ' ')} JSON object") from None

    def described(self) -> dict[str, str]:
        """For the log: values, uploads by name and size, and no secret."""
        shown = {name: "<hidden>" if name in SECRETS else value for name, value in self.values.items()}
        return {**shown, **{n: f"<{u.name}, {len(u.data)} bytes>" for n, u in self.uploads.items()}}


def type_of(given: Any) -> str:
    """The `type` of a JSON object; empty when it is no object or has none."""
    kind = given.get("type") if isinstance(given, dict) else None
    return kind if isinstance(kind, str) else ""


def load_json(text: str | bytes) -> Any:
    """The value of a JSON text; ValueError when it is none, or holds half a surrogate pair, which no UTF-8 can."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


async def read_params(request: Request) -> Params:
    """All parameters of a request; the body's win over the query's."""
    params = Params(dict(request.query_params))
    if request.method != "POST":
        return params
    if int(request.headers.get("content-length") or 0) > MAX_REQUEST_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        params.values.update(_from_json(await request.body()))
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form(max_files=64, max_fields=256, max_part_size=4 << 20) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    params.uploads[name] = Upload(value.filename or "file", value.content_type, await value.read())
                else:
                    params.values[name] = value
    return params


def _from_json(body: bytes) -> Mapping[str, str]:
    if not body.strip():
        return {}
    try:
        parsed = load_json(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(parsed, dict):
        raise bad_request("JSON object expected")
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in parsed.items()
        if value is not None
    }
