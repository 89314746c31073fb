"""The plan on paper is the plan that is checked."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_architecture_lists_the_layers_that_the_linter_checks() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    checked = [{name.strip() for name in re.split(r"[|:]", layer)} for layer in contracts[0]["layers"]]
    section = (ROOT / "ARCHITECTURE.md").read_text().split("## Layers")[1]

    written = [set(re.findall(r"`(\w+)`", line)) for line in re.findall(r"^\d+\. (.+)$", section, re.MULTILINE)]

    assert written == checked


def test_every_room_opens_with_a_sentence() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "bot").rglob("*.py")
        if not path.read_text(encoding="utf-8").lstrip().startswith('"""')
    ]

    assert silent == []


def test_no_module_is_called_by_what_it_is_not() -> None:
    vague = {"utils", "helpers", "common", "manager", "misc"}

    assert [path.name for path in (ROOT / "bot").rglob("*.py") if path.stem in vague] == []
