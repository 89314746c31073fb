"""Who asks a bench for help is told which variables it reads."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def help_of(*names: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench", *names, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_help_of_a_bench_names_the_variables_that_it_reads() -> None:
    read = set(re.findall(r'environ\.get\("(\w+)"', (ROOT / "tests" / "bench" / "scale.py").read_text()))

    said = help_of("scale")

    assert {"HELIOGRAPH_BENCH_POSTS", "HELIOGRAPH_BENCH_PEOPLE"} <= read
    assert [name for name in sorted(read) if name not in said] == []


def test_help_without_a_name_says_what_each_bench_is() -> None:
    said = help_of()

    assert "subscribers, on SQLite and on PostgreSQL" in said
    assert "The wire: CPU" in said
    assert "HELIOGRAPH_BENCH_POSTS" not in said
