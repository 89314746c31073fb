"""The wheel holds all that the program needs, and the program starts from it alone."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as a packager builds it, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    built = subprocess.run(
        [*command, "--disable-pip-version-check", "--wheel-dir", folder, ROOT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return next(folder.glob("heliograph-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked, far from the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def _heliograph(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Safe path: nothing of the working directory is imported.
    return subprocess.run(
        [sys.executable, "-P", "-c", "import bot.cli; bot.cli.main()", *arguments],
        cwd=installed.parent,
        env={"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        inside = set(packed.namelist())
    package = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "bot").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert package - inside == set()
    assert {"bot/sandbox/page.html", "bot/screens/locales/zh.toml", "bot/py.typed"} <= inside
    assert any(name.startswith("bot/storage/migrations/versions/0001") for name in inside)
    assert any(name.endswith(".ttf") for name in inside)


def test_wheel_brings_the_sample_posts(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        samples = {name.removeprefix("bot/samples/") for name in packed.namelist() if name.startswith("bot/samples/")}

    assert samples == {
        str(path.relative_to(ROOT / "content")) for path in (ROOT / "content").rglob("*") if path.is_file()
    }


def test_wheel_holds_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        strangers = [name for name in packed.namelist() if not name.startswith(("bot/", "heliograph-"))]

    assert strangers == []


def test_command_line_starts_from_the_wheel_alone(installed: Path) -> None:
    ran = _heliograph(installed, "--help")

    assert ran.returncode == 0, ran.stderr
    assert "demo" in ran.stdout


def test_sample_posts_of_the_wheel_are_without_fault(installed: Path) -> None:
    ran = _heliograph(installed, "check", "--strict", str(installed / "bot" / "samples"))

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_console_script_is_named_heliograph(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        name = next(name for name in packed.namelist() if name.endswith("entry_points.txt"))
        scripts = packed.read(name).decode()

    assert "heliograph = bot.cli:main" in scripts
