"""Where Telegram can bring updates, as far as an address itself tells (core.telegram.org/bots/webhooks)."""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

TELEGRAM: Final = "api.telegram.org"
PORTS: Final = (443, 80, 88, 8443)
"""core.telegram.org/bots/api#setwebhook."""

_ON_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "::1")
# RFC 6761 and 6762, and what networks call their own; a name without a dot is such a one too.
_OWN_NAMES: Final = (".localhost", ".local", ".internal", ".home.arpa", ".lan")
_HOST: Final = re.compile(r"[\w.\-:]+")
_PATH: Final = re.compile(r"[\w\-.~%!$&'()*+,;=:@/]*", re.ASCII)


def refusal(url: str, api_url: str) -> str:
    """Why no updates can be brought to `url` from the Bot API server at `api_url`, and what to write; else empty."""
    try:
        parts = urlsplit(url)
        port, host = parts.port or 443, parts.hostname or ""
    except ValueError:
        return f"“{url}” is no web address; write it whole, e.g. https://bot.example.org/updates"
    # A server of one's own brings them to this machine without encryption.
    near = parts.scheme == "http" and host in _ON_THIS_MACHINE and not _is_telegram(api_url)
    if not host or not (parts.scheme == "https" or near):
        return "it must begin with https://, as Telegram brings updates nowhere else"
    if "#" in url or not _HOST.fullmatch(host) or not _PATH.fullmatch(parts.path):
        return f"“{url}” holds characters that no address has; write e.g. https://bot.example.org/updates"
    return _unreachable(host, port) if _is_telegram(api_url) else ""


def _is_telegram(api_url: str) -> bool:
    return urlsplit(api_url).hostname == TELEGRAM


def _unreachable(host: str, port: int) -> str:
    if port not in PORTS:
        return f"Telegram brings updates to the ports 443, 80, 88 and 8443 alone, not to {port}; use one of them"
    try:
        address = ip_address(host)
    except ValueError:
        is_own = "." not in host.rstrip(".") or host.rstrip(".").endswith(_OWN_NAMES)
    else:
        if address.version != 4:
            return f"Telegram brings updates to no IPv6 address such as {host}; write a name or an IPv4 address"
        is_own = not address.is_global
    if is_own:
        return f"Telegram cannot reach {host}, which only this machine or its network knows; write a public name"
    return ""
