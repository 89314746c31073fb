"""The sample posts keep what they say: their links lead somewhere, their code prints what stands under it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import build

SAMPLES = Path(__file__).parents[2] / "content"
POSTS = sorted(path for path in SAMPLES.rglob("*.md") if path.name != "_index.md")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _blocks(post: Path, language: str) -> str:
    return "".join(block for named, block in _FENCE.findall(post.read_text(encoding="utf-8")) if named == language)


def _without_numpy() -> list[Path]:
    # NumPy is the posts' library, not ours.
    codes = ((post, _blocks(post, "python")) for post in POSTS)
    return [post for post, code in codes if code and "import numpy" not in code]


def test_links_between_sample_posts_lead_to_their_files_on_any_site() -> None:
    broken = [
        (post.name, target)
        for post in POSTS
        for target in re.findall(r"\]\(([^)\s:]+)[)\s]", _FENCE.sub("", post.read_text(encoding="utf-8")))
        if not (post.parent / target).is_file()
    ]

    assert broken == []


@pytest.mark.parametrize("post", _without_numpy(), ids=lambda post: post.stem)
def test_code_of_a_sample_post_prints_what_stands_under_it(post: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _blocks(post, "python")], capture_output=True, encoding="utf-8", timeout=60
    )

    assert ran.stderr == ""
    assert ran.stdout == _blocks(post, "text")


def test_reader_finds_the_post_about_a_thing_first_by_its_chinese_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HELIOGRAPH_CONTENT", str(SAMPLES))
    monkeypatch.setenv("HELIOGRAPH_DATA", str(tmp_path / "data"))
    assert CliRunner().invoke(build(), ["sync"]).exit_code == 0
    wanted = {
        "注意力": "deep-learning/attention-from-scratch/index.md",
        "注意力机制": "deep-learning/attention-from-scratch/index.md",
        "k 均值": "algorithm/kmeans-plus-plus.md",
        "旋转位置编码": "nlp/rope.md",
        "高斯泼溅": "3d-model/gaussian-splatting-projection/index.md",
    }

    asked = "".join(json.dumps({"id": word, "q": word}) + "\n" for word in wanted)
    done = CliRunner().invoke(build(), ["search", "--queries", "-"], input=asked)

    answers = map(json.loads, done.output.splitlines())
    assert {answer["id"]: answer["results"][0] for answer in answers if answer["results"]} == wanted
