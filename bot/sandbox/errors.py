"""Answers that are errors, in the Bot API's own shape."""

from typing import Any


class ApiError(Exception):
    """A refusal: `code` is the HTTP status and `error_code`, `description` the words a bot reads."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON a bot receives."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str) -> ApiError:
    """400, worded as the official server does: a small first letter, unless the reason is a code."""
    return ApiError(400, f"Bad Request: {_small_start(reason)}")


def forbidden(reason: str) -> ApiError:
    """403: the bot may not write there."""
    return ApiError(403, f"Forbidden: {_small_start(reason)}")


def flood(seconds: int) -> ApiError:
    """429: nothing was done; `retry_after` says when to ask again."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def _small_start(reason: str) -> str:
    # A second character that is "_" or a capital marks a server code such as BUTTON_DATA_INVALID: kept as it is.
    if len(reason) >= 2 and (reason[1] == "_" or reason[1].isupper()):
        return reason
    return reason[:1].lower() + reason[1:]
