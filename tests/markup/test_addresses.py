"""Addresses an entity may carry: whatever is let through, TDLib takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.message import Entity, Text
from bot.markup.classic.links import sendable
from tests.markup.telegram import faults

_HOSTS = st.sampled_from(
    ["example.org", "EXAMPLE.org", "sub.example.co.uk", "例子.测试", "bücher.de", "1.2.3.4", "a.b", "localhost", "a",
     "-a.org", "a-.org", "a..org", ".org", "org.", "a_b.org", "user@example.org", "u:p@example.org", "[::1]",
     "example.1", "xn--a.org",
     "a" * 64 + ".org", "例。测试", "e.org:80", "e.org:0", "e.org:70000", "e.org:", "*.org", "%41.org"]
)  # fmt: skip
_PATHS = st.text(alphabet="/?#&=%.:;@+~!$'()*,[]{}|\\^`\"<> -_ab09中é😀\u200b\u00ad\n\t", max_size=20)


@given(
    st.sampled_from(["http://", "https://", "HTTP://", "hTTps://"]), _HOSTS, st.sampled_from(["/", "?", "#"]), _PATHS
)
def test_telegram_takes_every_address_that_is_let_through(scheme: str, host: str, mark: str, path: str) -> None:
    address = sendable(f"{scheme}{host}{path and mark + path}")
    if address is not None:
        assert faults(Text("x", (Entity("text_link", 0, 1, address),))) == []


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://example.org", "https://example.org"),
        ("https://example.org?a=1", "https://example.org/?a=1"),
        ("HTTPS://Example.org/A", "https://Example.org/A"),
        ("http://example.org:8080/?q=a b#c", "http://example.org:8080/?q=a%20b#c"),
        ("https://en.wikipedia.org/wiki/A_(b)", "https://en.wikipedia.org/wiki/A_(b)"),
        ("https://zh.wikipedia.org/wiki/中文%20x", "https://zh.wikipedia.org/wiki/%E4%B8%AD%E6%96%87%20x"),
        (" https://1.2.3.4/ ", "https://1.2.3.4/"),
    ],
)
def test_addresses_keep_their_meaning(written: str, sent: str) -> None:
    assert sendable(written) == sent


@pytest.mark.parametrize(
    "written",
    ["", "/a", "//example.org", "ftp://example.org", "mailto:a@example.org", "http://", "https://localhost/",
     "https://u@example.org", "javascript:alert(1)", "tg://user?id=1", "https://example.org/" + "a" * 3000],
)  # fmt: skip
def test_other_addresses_are_none(written: str) -> None:
    assert sendable(written) is None
