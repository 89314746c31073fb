"""Which addresses Telegram takes in links and buttons; TDLib judges where it is installed, in its words."""

import ipaddress
from urllib.parse import urlsplit

from bot.sandbox.tdlib import judge_entities


def link_fault(url: str) -> str | None:
    """What is wrong with a link, such as `URL 'x' is invalid: Wrong HTTP URL`; None when it is taken."""
    entity = {"@type": "textEntity", "offset": 0, "length": 1, "type": {"@type": "textEntityTypeTextUrl", "url": url}}
    judged, fault = judge_entities("x", [entity])
    if judged:
        return fault.removeprefix("Entity ") if fault else None
    reason = _plain_fault(url)
    return f"URL '{url}' is invalid: {reason}" if reason else None


def _plain_fault(url: str) -> str | None:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        return "Wrong HTTP URL"
    if parts.scheme == "tg":
        return None
    if parts.scheme not in ("http", "https", "ton", "tonsite"):
        return "Unsupported URL protocol"
    if not host:
        return "URL host is empty"
    if any(character in host for character in ' <>"#?'):
        return "Disallowed character in URL host"
    if _is_address(host) or ("." in host.strip(".") and host.rsplit(".", 1)[-1].isalpha()):
        return None
    return "Wrong HTTP URL"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
