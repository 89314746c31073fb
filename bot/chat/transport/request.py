"""Bot API requests over aiohttp; every failure says whether Telegram can have got the request."""

import json
from typing import Any, Final, cast

import aiohttp
from telegram import error
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.chat.transport.body import Written, body_of
from bot.domain.errors import OperatorError

UNNAMED_FLOOD_WAIT: Final = 5
"""Seconds to wait after a 429 that names no time, as proxies before a Bot API server send."""

_KNOWN_REFUSALS: Final = frozenset({400, 401, 403, 404, 409, 429})


class NotReached(error.NetworkError):
    """The request cannot have reached Telegram, not a byte of it: safe to send again."""


class MaybeReached(error.NetworkError):
    """The request may have reached Telegram, and may have been carried out: nobody can know."""


class TokenRefused(OperatorError):  # noqa: N818 - named as the other verdicts on a request are
    """Telegram does not know the token."""

    def __init__(self) -> None:
        super().__init__("Telegram refuses the bot token; copy it again from @BotFather into HELIOGRAPH_TOKEN.")


class AiohttpRequest(BaseRequest):
    """One connection pool; a bot has one for getUpdates and one for everything else.

    Time-outs are seconds, None means for ever: `pool_timeout` + `connect_timeout` to get a connection,
    `write_timeout` for an upload (`media_write_timeout` when it holds files), `read_timeout` between two
    reads of the answer. `proxy` is an http:// address.
    No error holds the URL of a request, for the token stands in it.
    """

    __slots__ = ("_connections", "_media_write_timeout", "_proxy", "_session", "_timeout", "_timeouts")

    def __init__(
        self,
        connections: int = 320,
        *,
        read_timeout: float | None = 10.0,
        write_timeout: float | None = 10.0,
        media_write_timeout: float | None = 60.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 5.0,
        proxy: str | None = None,
    ) -> None:
        self._connections = connections
        self._timeouts = (read_timeout, write_timeout, connect_timeout, pool_timeout)
        self._timeout = _timeout(read_timeout, connect_timeout, pool_timeout)
        self._media_write_timeout = media_write_timeout
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._timeouts[0]

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post_written(self, url: str, body: bytes) -> Any:
        """The `result` that the Bot API answers to this JSON object; raises as every request does."""
        return await self.post(url, cast("RequestData", Written(body)))

    async def do_request(  # noqa: PLR0917 - the signature is PTB's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """See BaseRequest. Raises NotReached or MaybeReached; answers of the Bot API itself are returned."""
        if self._session is None:
            raise NotReached("the connection to Telegram is closed")
        given = read_timeout, write_timeout, connect_timeout, pool_timeout
        timeout, write = self._timeout, self._timeouts[1]
        if any(one is not BaseRequest.DEFAULT_NONE for one in given):
            read, write, connect, pool = (
                default if isinstance(one, DefaultValue) else one
                for one, default in zip(given, self._timeouts, strict=True)
            )
            timeout = _timeout(read, connect, pool)
        if isinstance(write_timeout, DefaultValue) and request_data is not None and request_data.contains_files:
            write = self._media_write_timeout
        body = body_of(request_data, write) if method == "POST" else None
        try:
            # A redirect is never followed: it could carry the token elsewhere, or send a message twice.
            async with self._session.request(
                method, URL(url), data=body, timeout=timeout, allow_redirects=False, proxy=self._proxy
            ) as response:
                status, payload = response.status, await response.read()
        except (aiohttp.ClientError, OSError) as fault:
            failure = _failure(fault, begun=body is None or body.begun)
        else:
            return _checked(status, payload, needs_result=method == "POST")
        # Outside the except clause, so that aiohttp's error, which holds the URL, is not chained to ours.
        raise failure

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """A JSON object; anything else did not come from Telegram, so nobody knows what became of the request."""
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise MaybeReached("the answer is not a Bot API answer")
        return answer


def _timeout(read: float | None, connect: float | None, pool: float | None) -> aiohttp.ClientTimeout:
    waiting = None if connect is None or pool is None else connect + pool
    return aiohttp.ClientTimeout(connect=waiting, sock_connect=connect, sock_read=read)


def _failure(fault: aiohttp.ClientError | OSError, *, begun: bool) -> error.NetworkError:
    """NotReached for what fails before the first byte leaves; `begun` says whether it had left.

    A kept connection that the server drops after our bytes left is uncertain, although it mostly means that
    they were not read. aiohttp itself repeats GET alone on such a connection, never POST.
    """
    match fault:
        case aiohttp.ClientConnectorDNSError():
            return NotReached("the host name is not known")
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return NotReached("no secure connection could be made")
        case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
            return NotReached("the proxy made no connection")
        case aiohttp.ConnectionTimeoutError():
            return NotReached("no connection was made in time")
        case aiohttp.ClientConnectorError(os_error=cause):
            return NotReached(f"no connection was made ({cause.strerror or type(cause).__name__})")
        case aiohttp.InvalidURL():
            return NotReached("the address of the Bot API server is not a URL")
        case TimeoutError() if begun:
            return MaybeReached("no answer came in time")
    if not begun:
        return NotReached("the connection was closed before the request was sent")
    return MaybeReached(f"the connection was lost before the answer came ({type(fault).__name__})")


def _checked(status: int, payload: bytes, *, needs_result: bool) -> tuple[int, bytes]:
    """What PTB can read rightly as it stands; it takes every status it does not know for a network fault."""
    if 200 <= status < 300:
        if needs_result and b'"result"' not in payload:
            raise MaybeReached("the answer is not a Bot API answer")
        return status, payload
    if not 400 <= status < 500:
        raise MaybeReached(f"the server answered {status}")
    if status == 429 and b"retry_after" not in payload:
        raise error.RetryAfter(UNNAMED_FLOOD_WAIT)
    if status not in _KNOWN_REFUSALS:
        # For example 413, too large. A refusal was not carried out, so it is certain.
        raise error.BadRequest(f"the server refused the request ({status})")
    return status, payload
