"""Addresses an entity may carry: what TDLib would refuse is told before it is sent."""

import re
from urllib.parse import quote

_URL = re.compile(r"(?i)https?://([^/?#\s:]+)(:\d{0,5})?([/?#]\S*)?")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = re.compile(rf"(?=.{{4,253}}\Z){_LABEL}(?:\.{_LABEL})+")
# Nearly all addresses are such that nothing in them needs to be spelt in another way.
_PLAIN = re.compile(
    rf"https?://(?=[^/]{{4,253}}(?:/|\Z)){_LABEL}(?:\.{_LABEL})+(?:/[A-Za-z0-9_.~!#$%&'()*+,\-/:;=?@\[\]]*)?"
)
_MAX_PORT = 65_535
_SAFE = "!#$%&'()*+,-./:;=?@_~[]"
# Longer ones are refused or cut by clients and servers on the way.
_MAX_LENGTH = 2048


def is_absolute(url: str) -> bool:
    return url[:8].lower().startswith(("http://", "https://"))


def sendable(url: str) -> str | None:
    """`url` spelt so that Telegram takes it, or None: http or https, a public host name, no user name in it."""
    if len(url) <= _MAX_LENGTH and _PLAIN.fullmatch(url):
        return url
    url = url.strip()
    match = _URL.fullmatch(url.replace(" ", "%20")) if len(url) <= _MAX_LENGTH else None
    if match is None:
        return None
    host, port, rest = match.group(1), match.group(2) or "", match.group(3) or ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    if not _HOST.fullmatch(host) or (port and not 1 <= int(port[1:] or "0") <= _MAX_PORT):
        return None
    # TDLib writes the slash of a bare host itself; what is sent is to be what is shown.
    if rest[:1] in ("?", "#"):
        rest = f"/{rest}"
    scheme = "https" if url[4] in "sS" else "http"
    address = f"{scheme}://{host}{port}{quote(rest, safe=_SAFE)}"
    return address if len(address) <= _MAX_LENGTH else None
