"""`heliograph sync`: loads the folder once, says what it did, and takes nothing down by mistake."""

import json
import stat

from tests.journeys.conftest import Operator


async def test_sync_tells_what_it_added_changed_withdrew_and_refused(operator: Operator) -> None:
    for name in ("kept", "edited", "gone"):
        operator.write(f"{name}.md", name)
    first = await operator.runs("sync", "--json")
    operator.write("edited.md", "edited", "Other words.")
    (operator.content / "gone.md").unlink()
    (operator.content / "bad.md").write_bytes(b"\x00\x01\x02 no text at all")

    second = await operator.runs("sync", "--json")

    assert sorted(json.loads(first.text)["added"]) == ["edited.md", "gone.md", "kept.md"]
    report = json.loads(second.text)
    assert (report["added"], report["changed"], report["withdrawn"]) == ([], ["edited.md"], ["gone.md"])
    assert report["refused"] == ["bad.md"]
    assert [problem["file"] for problem in report["problems"]] == ["bad.md"]
    assert second.process.returncode == 0


async def test_emptied_folder_withdraws_nothing_until_it_is_meant(operator: Operator) -> None:
    for number in range(3):
        operator.write(f"{number}.md", f"Post {number}")
    await operator.runs("sync")
    for file in operator.content.iterdir():
        file.unlink()

    held = await operator.runs("sync")
    meant = await operator.runs("sync", "--allow-withdraw", "--json")

    assert "3 posts have lost their files and stay on the shelf" in held.text
    assert sorted(json.loads(meant.text)["withdrawn"]) == ["0.md", "1.md", "2.md"]


async def test_first_sync_needs_no_token_and_makes_a_data_folder_for_its_user_alone(operator: Operator) -> None:
    operator.write("a.md", "A")

    program = await operator.runs("sync", HELIOGRAPH_TOKEN=None)

    assert (program.process.returncode, program.text) == (0, "+ a.md\n1 added.\n")
    assert stat.S_IMODE(operator.data.stat().st_mode) == 0o700
