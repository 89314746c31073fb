"""Reading control requests: known fields of known types, and nothing else."""

from typing import Any, TypeVar

from starlette.requests import Request

from bot.sandbox.errors import bad_request
from bot.sandbox.params import load_json

Wanted = TypeVar("Wanted")
# More seconds than there are in any calendar; JSON as Python reads it knows NaN and Infinity too.
MAX_NUMBER = 1e12


class Body:
    """The fields of a request; `done` refuses what was sent and never read."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields
        self._read: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def get(self, name: str, kind: type[Wanted], default: Wanted | None = None) -> Wanted | None:
        """The field, or the default when it is absent or null; ApiError 400 when it is of another type."""
        self._read.add(name)
        value = self._fields.get(name)
        if value is None:
            return default
        if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
            value = _finite(value, name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise bad_request(f"{name} must be {kind.__name__}")
        return value

    def need(self, name: str, kind: type[Wanted]) -> Wanted:
        """As `get`, but ApiError 400 when it is absent."""
        value = self.get(name, kind)
        if value is None:
            raise bad_request(f"{name} is missing")
        return value

    def done(self) -> None:
        """ApiError 400 that names a field nobody read."""
        unknown = set(self._fields) - self._read
        if unknown:
            raise bad_request(f"there is no field {min(unknown)} here")


def _finite(value: float, name: str) -> float:
    if not abs(value) < MAX_NUMBER:
        raise bad_request(f"{name} must be a number")
    return float(value)


async def read_body(request: Request) -> Body:
    """A JSON object; an empty body is an empty object."""
    given = await request.body()
    if not given:
        return Body({})
    try:
        fields = load_json(given)
    except ValueError:
        raise bad_request("the body must be JSON") from None
    if not isinstance(fields, dict):
        raise bad_request("the body must be a JSON object")
    return Body(fields)


def number(value: str | None, name: str, default: int) -> int:
    """A whole number from a path or query."""
    if value is None or not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise bad_request(f"{name} must be a whole number") from None
