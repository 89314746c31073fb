"""Bundles: what an author packs comes out, and archives made to harm are refused with the process alive and small."""

import io
import json
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from contextlib import suppress

import pytest

from bot.content.archive import MAX_ENTRIES, Bundle, is_archive, unpack
from bot.content.problems import ContentError

POST = "---\ntitle: LoRA\n---\n正文\n".encode()


def packed(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return target.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(ContentError) as raised:
        unpack("a.zip", data)
    return raised.value.problem.code


def contents(bundle: Bundle) -> dict[str, bytes]:
    return {file.name: file.data for file in bundle.files}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_posts_and_images_come_out_with_their_folders(method: int) -> None:
    data = packed(("notes/lora.md", POST), ("notes/images/a.PNG", b"png"), method=method)

    assert is_archive(data)
    assert contents(unpack("a.zip", data)) == {"notes/lora.md": POST, "notes/images/a.PNG": b"png"}


def test_what_is_neither_is_named_and_left_in_and_litter_is_not_even_named() -> None:
    data = packed(
        ("a.md", POST), ("run.exe", b"MZ"), ("__MACOSX/._a.md", b"x"), (".DS_Store", b"x"), (".git/a.md", b"")
    )

    bundle = unpack("a.zip", data)

    assert contents(bundle) == {"a.md": POST}
    assert bundle.left_out == ("run.exe",)


def test_names_that_chinese_windows_wrote_are_read() -> None:
    data = packed(("zzzz.md", POST)).replace(b"zzzz", "笔记".encode("gb18030"))

    assert contents(unpack("a.zip", data)) == {"笔记.md": POST}


@pytest.mark.parametrize(
    "name", ["../a.md", "/etc/a.md", "a/../../b.md", "C:/a.md", "..\\a.md", "\\\\host\\a.md", "a//b.md", "a\x1b.md"]
)
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    assert refusal(packed((name, POST))) == "archive-name"


def test_a_link_is_left_out() -> None:
    link = zipfile.ZipInfo("b.md")
    link.external_attr = 0o120777 << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.md", POST)
        archive.writestr(link, "/etc/passwd")

    bundle = unpack("a.zip", target.getvalue())
    assert contents(bundle) == {"a.md": POST}
    assert (bundle.links, bundle.left_out) == (("b.md",), ())


def test_other_methods_are_refused() -> None:
    assert refusal(packed(("a.md", POST), method=zipfile.ZIP_BZIP2)) == "archive-unsupported"
    assert refusal(packed(("a.md", POST), method=zipfile.ZIP_LZMA)) == "archive-unsupported"


def test_an_encrypted_file_is_refused() -> None:
    data = bytearray(packed(("a.md", POST)))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1

    assert refusal(bytes(data)) == "archive-unsupported"


def test_an_archive_of_nothing_useful_is_refused() -> None:
    assert refusal(packed(("a.exe", b"MZ"))) == "archive-empty"
    assert refusal(packed()) == "archive-empty"


@pytest.mark.parametrize("cut", [4, 30, 60, -1, -10, -30])
def test_a_damaged_archive_is_refused(cut: int) -> None:
    assert refusal(packed(("a.md", POST))[:cut]) == "archive-broken"


def test_a_wrong_checksum_is_noticed() -> None:
    data = packed(("a.md", b"x" * 50), method=zipfile.ZIP_STORED).replace(b"x" * 50, b"x" * 49 + b"y")

    assert refusal(data) == "archive-broken"


def test_no_bytes_make_it_fail_in_another_way() -> None:
    data = packed(("a.md", POST), ("b.png", b"x" * 40))

    for at in range(len(data)):
        broken = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        with suppress(ContentError):
            unpack("a.zip", broken)


def deflated(size: int) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = bytes(1 << 20)
    return b"".join(squeeze.compress(piece) for _ in range(size >> 20)) + squeeze.flush()


def hand_made(body: bytes, *, size: int, entries: int = 1, said: int | None = None, name: bytes = b"a.md") -> bytes:
    """An archive whose entries all point at one file; `size` is what they declare."""
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(body), size, len(name), 0) + name
    one = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(body), size, len(name), 0, 0, 0, 0, 0, 0)
    directory = (one + name) * entries
    count = entries if said is None else said
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(local) + len(body), 0)
    return local + body + directory + end


def test_overlapping_files_are_refused() -> None:
    assert refusal(hand_made(deflated(1 << 20), size=1 << 20, entries=50)) == "archive-broken"


def test_more_files_than_the_end_record_owns_up_to_are_refused() -> None:
    assert refusal(hand_made(b"", size=0, entries=1000, said=1)) == "archive-broken"


def test_too_many_files_are_refused() -> None:
    assert refusal(packed(*((f"{number}.md", POST) for number in range(MAX_ENTRIES + 1)))) == "archive-too-many"


UNPACK = """
import json, resource, sys
from bot.content.archive import unpack
from bot.content.problems import ContentError
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
data = sys.stdin.buffer.read()
try:
    unpack("a.zip", data)
    said = "unpacked"
except ContentError as error:
    said = error.problem.code
print(json.dumps([said, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base]))
"""


def in_a_process(data: bytes) -> tuple[str, float]:
    """What became of the archive, and how many megabytes that took over the process's base."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))

    done = subprocess.run([sys.executable, "-c", UNPACK], input=data, capture_output=True, preexec_fn=limit, check=True)
    said, kilobytes = json.loads(done.stdout)
    return said, kilobytes / 1024


@pytest.mark.parametrize(
    ("bomb", "verdict"),
    [
        (hand_made(deflated(150 << 20), size=150 << 20), "archive-too-large"),
        (hand_made(deflated(150 << 20), size=1000), "archive-broken"),
        (hand_made(b"", size=0, entries=200_000, said=65_535), "archive-too-many"),
    ],
    ids=["says that it is huge", "says that it is small", "two hundred thousand entries"],
)
def test_a_bomb_costs_little_memory(bomb: bytes, verdict: str) -> None:
    said, megabytes = in_a_process(bomb)

    assert said == verdict
    assert megabytes < 128
