"""Files made to harm: read in a process with little memory and time, and refused in words while the process lives."""

import json
import resource
import subprocess
import sys
from dataclasses import dataclass

import pytest

from bot.content.yaml_block import MAX_SLIPS

# For one file, on a slow machine that does other things; undefended, these cost minutes or the process.
SECONDS = 2.5
# For the process, and for it alone.
MEGABYTES = 256
CPU_SECONDS = 60

READER = """
import json, sys, time
from zoneinfo import ZoneInfo
from bot.content.document import read_document
zone = ZoneInfo("UTC")
while length := sys.stdin.buffer.readline():
    data = sys.stdin.buffer.read(int(length))
    start = time.process_time()
    document, problems = read_document("a.md", data, zone=zone)
    said = [document and document.title, [(problem.line, problem.code) for problem in problems]]
    print(json.dumps([*said, time.process_time() - start]), flush=True)
"""


@dataclass(frozen=True)
class Verdict:
    """What the process said of one file; `seconds` are the CPU's."""

    title: str | None
    problems: list[tuple[int, str]]
    seconds: float


def read_all(files: list[bytes]) -> list[Verdict]:
    """A verdict for each file, in order; as many as were read before the process died, if it did."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))

    data = b"".join(b"%d\n%s" % (len(file), file) for file in files)
    done = subprocess.run(
        [sys.executable, "-c", READER], input=data, capture_output=True, preexec_fn=limit, check=False
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    return [Verdict(title, [(line, code) for line, code in problems], seconds) for title, problems, seconds in said]


def yaml(front: str) -> bytes:
    return f"---\ntitle: x\n{front}\n---\nText\n".encode()


def toml(front: str) -> bytes:
    return f'+++\ntitle = "x"\n{front}\n+++\nText\n'.encode()


def bomb(levels: int) -> str:
    first = "a0: &a0 [x,x,x,x,x,x,x,x,x]"
    return "\n".join([first, *(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels))])


def merges(levels: int) -> str:
    first = "a0: &a0 {k0: x}"
    return "\n".join([first, *(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, levels))])


HOSTILE = {
    "25 kB of brackets": (yaml("a: " + "[" * 25_000), 2, "front-matter-too-long"),
    "16 kB of brackets": (yaml("a: " + "[" * 16_000), 3, "front-matter-too-deep"),
    "4,000 maps in maps": (yaml("a: " + "{x: " * 4_000), 3, "front-matter-too-deep"),
    "8,000 dashes": (yaml("a: " + "- " * 8_000), 3, "value-needs-quotes"),
    "a stair": (yaml("a:\n" + "\n".join(" " * n + "a:" for n in range(1, 150))), 11, "front-matter-too-deep"),
    "8,000 complex keys": (yaml("? " * 8_000), 3, "front-matter-too-deep"),
    "alias bomb": (yaml(bomb(9)), 3, "yaml-anchor"),
    "merge key bomb": (yaml(merges(12)), 3, "yaml-anchor"),
    "a list that holds itself": (yaml("a: &a [*a]"), 3, "yaml-anchor"),
    "a call in a tag": (yaml("a: !!python/object/apply:os.system [id]"), 3, "yaml-tag"),
    "3,000 values": (yaml("a: [" + "x," * 3_000 + "]"), 3, "front-matter-too-many"),
    "1,200 keys": (yaml("\n".join(f"k{n}: {n}" for n in range(1_200))), 1_000, "front-matter-too-many"),
    "100 kB dotted key alone": (b"+++\n" + b"a." * 50_000 + b"a=1\n+++\nText\n", 2, "front-matter-too-long"),
    "100 kB dotted key": (toml(".".join(["a"] * 50_000) + " = 1"), 2, "front-matter-too-long"),
    "14 kB dotted key": (toml(".".join(["a"] * 7_000) + " = 1"), 3, "front-matter-too-deep"),
    "14 kB dotted table": (toml("[" + ".".join(["a"] * 7_000) + "]"), 3, "front-matter-too-deep"),
    "15,000 TOML brackets": (toml("a = " + "[" * 15_000), 3, "front-matter-too-deep"),
    "1,500 inline tables": (toml("a = {b = " * 1_500), 3, "front-matter-too-deep"),
    "a number of 10,000 digits": (toml("a = " + "9" * 10_000), 3, "front-matter-unreadable"),
    "15,000 JSON brackets": (b'{"title": ' + b"[" * 15_000 + b"\n", 1, "front-matter-unclosed"),
    "balanced JSON": (b'{"title": ' + b"[" * 8_000 + b"]" * 8_000 + b"}\nText\n", 1, "front-matter-too-deep"),
    "600 kB JSON value": (b'{"title": "' + b"a" * 600_000 + b'"}\nText\n', 1, "front-matter-too-long"),
    "900,000 JSON brackets": (b'{"title": ' + b"[" * 900_000, 1, "front-matter-unclosed"),
    "600 kB value": (b"---\ntitle: x\n" + b"a" * 600_000 + b"\n---\nText\n", 2, "front-matter-too-long"),
    "900,000 lines, no end": (b"---\ntitle: x\n" + b"\n" * 900_000, 1, "front-matter-unclosed"),
    "NUL bytes": (b"\0" * 1_000_000, 0, "file-not-text"),
    "2 MB": (b"a" * 2_000_000, 0, "file-too-large"),
}
ODD = {
    "900,000 brackets in the text": b"---\ntitle: x\n---\n" + b"[" * 900_000,
    "200,000 rules": b"---\ntitle: x\n---\n" + b"---\n" * 200_000 + b"Text",
    "500,000 lines above": b"\n" * 500_000 + b"---\ntitle: x\n---\nText",
    "900,000 carriage returns": b"---\ntitle: x\n---\n" + b"\r" * 900_000 + b"x",
    "14,000 backslashes": yaml('a: "' + "\\\\" * 7_000 + '"'),
    "5,000 quotes": yaml("a: '" + "'' " * 5_000 + "'"),
    "5,000 hashes": yaml("tags: " + "#a " * 5_000),
    "TOML backslashes": toml('a = "' + "\\\\" * 7_000 + '"'),
    "TOML quotes": toml("a = '''" + "'x" * 7_000 + "'''"),
    "a date of 15,000 digits": yaml("date: " + "9" * 15_000),
    "a date of spaces": yaml("date: 2024-01-01 " + "\t " * 7_000 + "x"),
    "a weight of 15,000 digits": yaml("weight: " + "9" * 15_000),
    "an address that climbs": yaml("url: /" + "%2e%2e/" * 2_000),
    "a slug that climbs": yaml("slug: " + "../" * 5_000),
}


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    """Every file above, read by one process: it must live through them all."""
    files = {name: data for name, (data, _, _) in HOSTILE.items()} | ODD
    return dict(zip(files, read_all(list(files.values())), strict=False))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_line_and_costs_next_to_nothing(name: str, verdicts: dict[str, Verdict]) -> None:
    _, line, code = HOSTILE[name]
    assert name in verdicts, "the process died"
    assert verdicts[name].title is None
    assert verdicts[name].problems[0] == (line, code)
    assert len(verdicts[name].problems) <= MAX_SLIPS
    assert verdicts[name].seconds < SECONDS


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_read_in_no_time(name: str, verdicts: dict[str, Verdict]) -> None:
    assert name in verdicts, "the process died"
    assert verdicts[name].title == "x"
    assert verdicts[name].seconds < SECONDS


def test_markup_and_direction_marks_reach_a_title_as_text() -> None:
    (verdict,) = read_all(["---\ntitle: '<b>a</b> _*[ \u202eb\u2066'\n---\nText\n".encode()])
    assert verdict.title == "<b>a</b> _*[ b"
    assert verdict.problems == []
