"""The files of deploy/ as the tools that they are for read them; `make check-deploy` brings the tools."""

import asyncio
import http.server
import os
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from bot.services.operators.restoring import restore
from bot.storage.address import parse_address
from bot.storage.migrate import migrate
from tests.services.conftest import NOON

DEPLOY = Path(__file__).parents[2] / "deploy"
MANIFESTS = sorted(
    path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name not in {"kustomization.yaml", "secret.yaml"}
)
"""A kustomization is no object of a cluster, and has no schema there; the secret is the operator's."""
ALERTS = DEPLOY / "prometheus-alerts.yaml"
PATIENCE = 20.0


def run(tool: str, *words: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """What the tool says; the test is skipped where it is not installed."""
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not here: make check-deploy brings it")
    return subprocess.run(
        [found, *map(str, words)], capture_output=True, text=True, check=False, env={**os.environ, **environ}
    )


def schema_of_compose(file: Path) -> subprocess.CompletedProcess[str]:
    return run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", file)


def test_compose_file_is_one_by_its_specification(tmp_path: Path) -> None:
    said = schema_of_compose(DEPLOY / "compose.yaml")

    wrong = tmp_path / "compose.yaml"
    wrong.write_text((DEPLOY / "compose.yaml").read_text().replace("read_only: true", "read_only: [true]"))
    assert said.returncode == 0, said.stdout
    assert schema_of_compose(wrong).returncode == 1


@pytest.mark.parametrize("version", ["1.32", "1.37"])
def test_manifests_are_those_of_kubernetes(tmp_path: Path, version: str) -> None:
    said = run("kubernetes-validate", "--strict", "-k", version, *MANIFESTS)

    wrong = tmp_path / "deployment.yaml"
    wrong.write_text((DEPLOY / "kubernetes" / "deployment.yaml").read_text().replace("replicas: 2", "replica: 2"))
    assert said.returncode == 0, said.stdout + said.stderr
    assert "WARN" not in said.stdout + said.stderr
    assert run("kubernetes-validate", "--strict", "-k", version, wrong).returncode != 0


def test_kustomize_puts_everything_into_the_namespace_of_the_secret() -> None:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not here")
    said = run("kubectl", "kustomize", DEPLOY / "kubernetes")
    secret = yaml.safe_load((DEPLOY / "kubernetes" / "secret.example.yaml").read_text())
    made = list(yaml.safe_load_all(said.stdout))

    assert said.returncode == 0, said.stderr
    spaces = {one["metadata"].get("namespace") for one in made if one["kind"] != "Namespace"}
    assert spaces == {secret["metadata"]["namespace"]}
    assert secret["kind"] not in {one["kind"] for one in made}


def test_alerts_are_read_by_prometheus(tmp_path: Path) -> None:
    said = run("promtool", "check", "rules", "--lint=all", "--lint-fatal", ALERTS)

    wrong = tmp_path / "alerts.yaml"
    wrong.write_text(ALERTS.read_text().replace("sum by (job)", "sum of (job)"))
    assert said.returncode == 0, said.stdout + said.stderr
    assert run("promtool", "check", "rules", wrong).returncode != 0


ALL_WELL = {
    "heliograph_database_up": "1",
    'heliograph_receiving{way="fetching"}': "1",
    'heliograph_receiving{way="standby"}': "0",
    "heliograph_last_contact_seconds": "3",
    'heliograph_failures_total{cause="fault"}': "0",
    'heliograph_failures_total{cause="unreachable"}': "0+1",
    'heliograph_deliveries_total{outcome="sent"}': "0+100",
    'heliograph_deliveries_total{outcome="unreachable"}': "0+1",
    'heliograph_deliveries_total{outcome="failed"}': "0",
    'heliograph_digests{state="uncertain"}': "0",
    "heliograph_digest_age_seconds": "60",
    "heliograph_inbox_age_seconds": "60",
}
"""A replica's series by their values minute by minute; `0+1` grows by one in each."""
STANDBY = {
    **ALL_WELL,
    'heliograph_receiving{way="fetching"}': "0",
    'heliograph_receiving{way="standby"}': "1",
    "heliograph_last_contact_seconds": "NaN",
}
WEBHOOK = {**ALL_WELL, 'heliograph_receiving{way="fetching"}': "0", "heliograph_last_contact_seconds": "0+60"}


@pytest.mark.parametrize(
    ("replicas", "firing"),
    [
        ([ALL_WELL, STANDBY, STANDBY], []),
        ([WEBHOOK, WEBHOOK], []),
        ([], ["Gone"]),
        ([ALL_WELL, {**STANDBY, "heliograph_database_up": "0"}], ["DatabaseDown"]),
        ([STANDBY, STANDBY], ["NobodyFetches"]),
        ([{**ALL_WELL, "heliograph_last_contact_seconds": "0+60"}, STANDBY], ["TelegramSilent"]),
        ([ALL_WELL, {**STANDBY, 'heliograph_failures_total{cause="fault"}': "0x15 1"}], ["AnswersFail"]),
        ([{**ALL_WELL, 'heliograph_deliveries_total{outcome="failed"}': "0x15 1"}], ["DigestsFail"]),
        ([{**ALL_WELL, 'heliograph_digests{state="uncertain"}': "1"}, STANDBY], ["DigestsUncertain"]),
        ([{**ALL_WELL, "heliograph_digest_age_seconds": "0+600"}], ["DigestsLate"]),
        ([{**ALL_WELL, "heliograph_inbox_age_seconds": "0+60"}], ["UpdatesWait"]),
    ],
    ids=lambda value: ",".join(value) if value and isinstance(value[0], str) else None,
)
def test_an_alert_fires_when_it_must_and_no_other_does(
    tmp_path: Path, replicas: list[dict[str, str]], firing: list[str]
) -> None:
    expected = [{"labels": f'{{alertname="Heliograph{name}"}}', "value": 1} for name in firing]
    case = {
        "interval": "1m",
        "input_series": [
            {"series": labelled(name, f"replica-{number}"), "values": minutes(values)}
            for number, one in enumerate(replicas)
            for name, values in one.items()
        ],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname) (count by (alertname, instance) (ALERTS{alertstate="firing"}))',
                "eval_time": "20m",
                "exp_samples": expected,
            }
        ],
    }
    written = tmp_path / "test.yaml"
    written.write_text(
        yaml.safe_dump({"rule_files": [str(ALERTS)], "evaluation_interval": "1m", "tests": [case]}, width=10**6)
    )

    said = run("promtool", "test", "rules", written)

    assert said.returncode == 0, said.stdout + said.stderr


def labelled(name: str, instance: str) -> str:
    metric, _, labels = name.rstrip("}").partition("{")
    return f'{metric}{{job="heliograph",instance="{instance}",{labels}}}'


def minutes(values: str) -> str:
    """As promtool writes them: a value for twenty-five minutes, and `0x15 1` for 0 until the sixteenth."""
    match values.split():
        case [first, last]:
            return f"{first} {last}x10"
        case ["NaN"]:
            return "NaN " * 25
    return f"{values}x25"


def test_nothing_is_to_be_said_about_the_dockerfile(tmp_path: Path) -> None:
    said = run("hadolint", "--no-color", DEPLOY / "Dockerfile")

    wrong = tmp_path / "Dockerfile"
    wrong.write_text("FROM python\nRUN cd /tmp\n")
    assert (said.returncode, said.stdout) == (0, "")
    assert run("hadolint", wrong).returncode == 1


def test_caddyfile_is_read_and_in_caddys_own_form(tmp_path: Path) -> None:
    said = run("caddy", "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile",
               WEBHOOK_HOST="bot.example.org", HOME=str(tmp_path))  # fmt: skip

    assert (said.returncode, "Valid configuration" in said.stdout + said.stderr) == (0, True), said.stderr
    assert run("caddy", "fmt", DEPLOY / "Caddyfile").stdout == (DEPLOY / "Caddyfile").read_text()


def test_caddy_lets_updates_in_and_nothing_else(tmp_path: Path) -> None:
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("caddy is not here: make check-deploy brings it")
    with replica() as (port, bodies), free_port() as door, free_port() as dead:
        text = (DEPLOY / "Caddyfile").read_text()
        # The second replica is down: its updates go to the first.
        text = text.replace("replica-1:8080 replica-2:8080", f"127.0.0.1:{dead} 127.0.0.1:{port}")
        (tmp_path / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text)
        environ = {**os.environ, "WEBHOOK_HOST": f"http://127.0.0.1:{door}", "HOME": str(tmp_path)}
        command = [caddy, "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
        process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{door}"
            wait_for(door)
            answers = [post(f"{address}/updates", b"{}") for _ in range(4)]
            refused = [post(f"{address}{path}", b"{}") for path in ("/", "/metrics", "/readyz", "/updates/x")]
            fetched = post(f"{address}/updates", None)
            too_long = post(f"{address}/updates", b"x" * 1_100_000)
        finally:
            process.terminate()
            process.wait(PATIENCE)

    assert answers == [200] * 4
    assert bodies[:4] == [b"{}"] * 4
    assert (refused, fetched, too_long) == ([404] * 4, 404, 413)


def test_litestream_copies_the_database_and_its_copy_is_restored(tmp_path: Path) -> None:
    told = yaml.safe_load((DEPLOY / "litestream.yml").read_text())
    database = tmp_path / "heliograph.sqlite3"
    migrate(parse_address(f"sqlite:///{database}"))
    told["dbs"][0]["path"] = str(database)
    told["dbs"][0]["replica"] = {"type": "file", "path": str(tmp_path / "replica")}
    config, copy = tmp_path / "litestream.yml", tmp_path / "copy.db"
    config.write_text(yaml.safe_dump(told))

    said = run("litestream", "replicate", "-once", "-force-snapshot", "-config", config)
    restored = run("litestream", "restore", "-o", copy, "-config", config, database)

    assert (said.returncode, restored.returncode) == (0, 0), said.stderr + restored.stderr
    database.unlink()
    asyncio.run(restore(f"sqlite:///{database}", copy, now=NOON))
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_litestream_reads_how_long_copies_are_kept(tmp_path: Path) -> None:
    # It passes over keys that it does not know, so a form of another version would keep copies for a day only.
    wrong = tmp_path / "litestream.yml"
    wrong.write_text((DEPLOY / "litestream.yml").read_text().replace("720h", "thirty days"))

    assert run("litestream", "databases", "-config", DEPLOY / "litestream.yml").returncode == 0
    assert run("litestream", "databases", "-config", wrong).returncode != 0


@contextmanager
def replica() -> Iterator[tuple[int, list[bytes]]]:
    """Takes whatever is brought, and keeps it."""
    bodies: list[bytes] = []

    class Takes(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], bodies
    server.shutdown()
    server.server_close()


@contextmanager
def free_port() -> Iterator[int]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        number: int = one.getsockname()[1]
    yield number


def wait_for(port: int) -> None:
    began = time.monotonic()
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < began + PATIENCE, "nobody listens"
            time.sleep(0.05)
        else:
            return


def post(address: str, body: bytes | None) -> int:
    """The status that is answered; without a body it is a GET."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data=body), timeout=PATIENCE) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        return error.code
