"""The files of deploy/ fit together and fit the program; no engine, no cluster and no network needed."""

import configparser
import os
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from bot.chat.failing import Cause
from bot.services.operators.operating import Queue
from bot.settings import LISTEN_SHAPE, PREFIX, Settings
from bot.storage.engine import READERS
from bot.web.measures import Measures, Way
from tests.services.conftest import NOON

DEPLOY = Path(__file__).parents[2] / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
SYSTEMD = DEPLOY / "systemd"
UNIT = SYSTEMD / "heliograph.service"
BACKUP = SYSTEMD / "heliograph-backup.service"
COMMAND = SYSTEMD / "heliograph.sh"
README = (DEPLOY / "README.md").read_text(encoding="utf-8")
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
OPERATORS = (DEPLOY / ".env", DEPLOY / "secrets", KUBERNETES / "secret.yaml")
"""What an operator puts here, and git leaves alone."""


def files() -> list[Path]:
    """Every file of deploy/ but the operator's own."""
    found = (path for path in DEPLOY.rglob("*") if path.is_file())
    return [path for path in found if not any(path.is_relative_to(one) for one in OPERATORS)]


def manifests() -> dict[str, dict[str, Any]]:
    """Every Kubernetes object, by kind."""
    written = [path for path in files() if path.parent == KUBERNETES]
    documents = [one for path in written for one in yaml.safe_load_all(path.read_text())]
    return {one["kind"]: one for one in documents}


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def dockerfile() -> str:
    return (DEPLOY / "Dockerfile").read_text()


def test_every_setting_in_deploy_exists() -> None:
    named = {
        name.removesuffix("_FILE") for path in files() for name in re.findall(r"HELIOGRAPH_[A-Z_]+", path.read_text())
    }

    assert named <= SETTINGS


def test_nothing_in_deploy_looks_like_a_secret() -> None:
    for path in files():
        assert not re.search(r"\d{6,}:[A-Za-z0-9_-]{30,}", path.read_text()), path


@pytest.mark.parametrize("path", [DEPLOY / "secrets" / "token", *OPERATORS], ids=lambda path: path.name)
def test_what_an_operator_writes_here_is_nothing_to_git(path: Path) -> None:
    if shutil.which("git") is None or not (DEPLOY.parent / ".git").exists():
        pytest.skip("this is no git repository")
    name = f"{path}/" if path.name == "secrets" else str(path)

    assert subprocess.run(["git", "check-ignore", "-q", name], cwd=DEPLOY, check=False).returncode == 0


def test_image_runs_as_an_unprivileged_user_and_holds_no_secret() -> None:
    text = dockerfile()
    final = text.split("\nFROM ")[-1]

    assert re.search(r"^USER (?!0)\d+:\d+$", final, re.MULTILINE)
    assert "HEALTHCHECK" in final
    assert "/livez" in final
    assert "--require-hashes" in text
    assert not re.search(r"^(ARG|ENV)\b.*(TOKEN|SECRET|PASSWORD)", text, re.MULTILINE)


def test_image_takes_only_what_it_is_made_of() -> None:
    taken = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    allowed = {line[1:] for line in taken if line.startswith("!")}
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile(), re.MULTILINE)

    assert "*" in taken
    assert {name for line in sources for name in line.split()} == allowed
    assert all((DEPLOY.parent / name).exists() for name in allowed)


def test_image_and_machine_get_the_same_program_with_every_extra() -> None:
    installed = re.findall(r"pip install .*(?:\\\n\s*)?'heliograph\[(.*)\]'", dockerfile() + README)
    steps = re.search(r"```\n(umask 022\npython3 -m venv dist/builder\n.*?)```", README, re.DOTALL)

    assert [set(extras.split(",")) for extras in installed] == [{"postgres", "sentry"}] * 2
    assert steps is not None
    # Packages come from the network by hash, and from nowhere else afterwards.
    taken = [line for line in steps[1].splitlines() if "/pip " in line]
    assert ["--require-hashes" in line for line in taken] == [True, False, False, False]
    assert ["--no-index" in line or "--no-deps" in line for line in taken] == [True] * 4


def test_compose_names_only_what_it_defines() -> None:
    file = compose()
    services = file["services"]
    for name, service in services.items():
        assert set(service.get("secrets", [])) <= set(file["secrets"]), name
        assert set(service.get("networks", [])) <= set(file["networks"]), name
        assert set(service.get("depends_on", [])) <= set(services), name
        mounted = {str(one).split(":")[0] for one in service.get("volumes", [])}
        assert {one for one in mounted if one[0] not in "./$"} <= set(file["volumes"]), name
        for value in service.get("environment", {}).values():
            if match := re.fullmatch(r"/run/secrets/(\w+)", str(value)):
                assert match[1] in service["secrets"], name


@pytest.mark.parametrize("name", ["bot", "replica-1", "replica-2"])
def test_containers_of_the_bot_may_do_little(name: str) -> None:
    service = compose()["services"][name]

    assert service["env_file"] == ".env"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not any(key.endswith(("TOKEN", "SECRET", "DATABASE_URL")) for key in service["environment"])


def test_one_bot_on_sqlite_or_two_behind_a_webhook_but_never_both() -> None:
    services = compose()["services"]
    profiles = {name: one["profiles"] for name, one in services.items()}

    assert [name for name, chosen in profiles.items() if chosen == ["sqlite"]] == ["bot"]
    assert all(len(chosen) == 1 for chosen in profiles.values())
    assert not any("bot" in one.get("depends_on", ()) for one in services.values())
    for name in ("replica-1", "replica-2"):
        environment = services[name]["environment"]
        port = environment["HELIOGRAPH_LISTEN"].rpartition(":")[2]
        path = environment["HELIOGRAPH_WEBHOOK_URL"].rpartition("/")[2]
        caddyfile = (DEPLOY / "Caddyfile").read_text()
        assert f"{name}:{port}" in caddyfile
        assert f"path /{path}\n" in caddyfile


def test_the_example_of_env_names_what_compose_and_the_bot_take() -> None:
    lines = (DEPLOY / "env.example").read_text().splitlines()
    named = {match[1]: match[2] for line in lines if (match := re.fullmatch(r"#?([A-Z_]+)=(.*)", line))}
    asked = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))
    profiles = {one for service in compose()["services"].values() for one in service["profiles"]}

    assert {name for name in named if not name.startswith(PREFIX)} == asked | {"COMPOSE_PROFILES"}
    assert named["COMPOSE_PROFILES"] in profiles
    # What every container gets must be a setting, and no secret.
    assert {name for name in named if name.startswith(PREFIX)} <= SETTINGS
    assert not [name for name in named if name.endswith(("TOKEN", "SECRET", "DATABASE_URL"))]


@pytest.mark.parametrize("unit", sorted(SYSTEMD.glob("*.service")) + sorted(SYSTEMD.glob("*.timer")), ids=str)
def test_unit_can_be_verified(tmp_path: Path, unit: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here")
    # The programs are not installed where the units expect them; their existence is all that verify asks about.
    program = re.compile(r"/opt/heliograph/bin/heliograph|/usr/bin/litestream")
    for one in SYSTEMD.glob(f"{unit.stem}.*"):
        (tmp_path / one.name).write_text(program.sub(shutil.which("true") or "/bin/true", one.read_text()))

    said = subprocess.run([analyze, "verify", str(tmp_path / unit.name)], capture_output=True, text=True, check=False)

    assert (said.returncode, said.stderr) == (0, "")
    if unit.suffix == ".service":
        exposure = subprocess.run(
            [analyze, "security", "--offline=true", "--threshold=15", str(tmp_path / unit.name)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert exposure.returncode == 0, exposure.stdout


def properties(unit: Path) -> dict[str, list[str]]:
    """What stands under [Service], by name; %S as systemd reads it."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text().partition("[Service]")[2].partition("\n[")[0].splitlines():
        name, equals, value = line.partition("=")
        if equals and not name.startswith("#"):
            found.setdefault(name, []).append(value.replace("%S", "/var/lib"))
    return found


def test_commands_run_as_the_service_does(tmp_path: Path) -> None:
    # A systemd-run that only tells what it was asked for, and runs it here.
    told = tmp_path / "told"
    (tmp_path / "systemd-run").write_text(
        f'#!/bin/sh\nwhile :; do case $1 in --*) echo "$1" >> {told}; shift;; *) break;; esac; done\nexec "$@"\n'
    )
    (tmp_path / "heliograph").write_text('#!/bin/sh\necho "$HELIOGRAPH_TOKEN_FILE"\nprintf "%s\\n" "$@"\nexit 3\n')
    command = tmp_path / "command"
    command.write_text(COMMAND.read_text().replace("/opt/heliograph/bin", str(tmp_path)))
    for made in (tmp_path / "systemd-run", tmp_path / "heliograph"):
        made.chmod(0o755)
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CREDENTIALS_DIRECTORY": "/run/credentials/x"}

    ran = subprocess.run(
        ["/bin/sh", str(command), "backup", "a file.db"], cwd="/", env=environ, capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    service, asked = properties(UNIT), told.read_text().splitlines()
    assert (ran.returncode, ran.stdout.splitlines()) == (3, ["/run/credentials/x/token", "backup", "a file.db"])
    for name in ("User", "Group", "UMask", "LoadCredential", "EnvironmentFile"):
        assert [one for one in asked if one.startswith(f"--property={name}=")] == [
            f"--property={name}={service[name][0]}"
        ]
    inside = {one for one in service["Environment"] if one.split("=")[0] in {"HELIOGRAPH_DATA", "HELIOGRAPH_CONTENT"}}
    assert {one.removeprefix("--setenv=") for one in asked if one.startswith("--setenv=")} == inside


@pytest.mark.parametrize("unit", [BACKUP, SYSTEMD / "heliograph-litestream.service"], ids=lambda unit: unit.stem)
def test_what_works_beside_the_bot_is_its_user_and_may_write_where_it_writes(unit: Path) -> None:
    bot, other = properties(UNIT), properties(unit)

    assert (other["User"], other["Group"]) == (bot["User"], bot["Group"])
    assert "heliograph" in other["StateDirectory"][0].split()
    assert (other["ProtectSystem"], bot["ProtectSystem"]) == (["strict"], ["strict"])


def test_a_nightly_copy_is_made_where_the_unit_may_write_and_only_such_copies_are_cleared() -> None:
    service = properties(BACKUP)
    folder = "/var/lib/heliograph-backups"
    made = re.search(r'backup "(\S+)/heliograph-\$\$\(date \+%%F\)\.db"', service["ExecStart"][0])

    assert made is not None
    assert made[1] == folder
    assert "heliograph-backups" in service["StateDirectory"][0].split()
    assert f"{folder} -maxdepth 1 -name 'heliograph-????-??-??.db' -mtime +30 -delete" in service["ExecStartPost"][0]
    assert {"HELIOGRAPH_DATA=/var/lib/heliograph", "HELIOGRAPH_CONTENT=/var/lib/heliograph/content"} == set(
        service["Environment"]
    )
    assert service["EnvironmentFile"] == properties(UNIT)["EnvironmentFile"]


def test_unit_gives_the_token_as_a_credential() -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    service = dict(parser["Service"])

    assert (service["Type"], service["User"]) == ("notify", "heliograph")
    assert int(service["WatchdogSec"]) > 0
    assert service["LoadCredential"].startswith("token:")
    assert "Environment=HELIOGRAPH_TOKEN_FILE=%d/token" in UNIT.read_text()


def test_litestream_copies_the_database_of_the_unit() -> None:
    path = yaml.safe_load((DEPLOY / "litestream.yml").read_text())["dbs"][0]["path"]
    data = Path("/var/lib/heliograph")

    assert Settings(data=data).sqlalchemy_url == f"sqlite:///{path}"
    assert "StateDirectory=heliograph\n" in UNIT.read_text()


def test_manifests_are_all_applied_except_the_example() -> None:
    applied = set(manifests()["Kustomization"]["resources"])

    there = {path.name for path in files() if path.parent == KUBERNETES}
    assert applied == there - {"kustomization.yaml", "secret.example.yaml"}


def test_what_the_manifests_need_is_named_in_the_order_in_which_it_is_brought() -> None:
    tls = manifests()["Ingress"]["spec"]["tls"][0]["secretName"]
    image = manifests()["Deployment"]["spec"]["template"]["spec"]["containers"][0]["image"]
    steps = (
        f"docker build --file deploy/Dockerfile --tag {image} .",
        "kubectl apply -f deploy/kubernetes/namespace.yaml",
        "kubectl apply -f deploy/kubernetes/secret.yaml",
        f"create secret tls {tls} ",
        "kubectl apply -k deploy/kubernetes",
    )

    assert [README.index(step) for step in steps] == sorted(README.index(step) for step in steps)


def test_after_every_pg_restore_what_was_due_is_settled_before_anything_starts() -> None:
    blocks = [block for block in re.findall(r"```\n(.*?)```", README, re.DOTALL) if "pg_restore" in block]

    assert len(blocks) == 2
    for block in blocks:
        moments = [block.index(step) for step in ("pg_restore", "restore --in-place")]
        stops = re.search(r"compose stop replica-1 replica-2|--replicas=0", block)
        starts = re.search(r"compose up -d|--replicas=[1-9]", block)
        assert stops is not None
        assert starts is not None
        assert [stops.start(), *moments, starts.start()] == sorted([stops.start(), *moments, starts.start()])


def test_selectors_find_the_pods() -> None:
    kinds = manifests()
    labels = kinds["Deployment"]["spec"]["template"]["metadata"]["labels"].items()
    selectors = [
        kinds["Deployment"]["spec"]["selector"]["matchLabels"],
        kinds["Service"]["spec"]["selector"],
        kinds["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        kinds["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
    ]

    assert all(one.items() <= labels for one in selectors)


def test_probes_and_ports_are_those_of_the_program() -> None:
    kinds = manifests()
    pod = kinds["Deployment"]["spec"]["template"]["spec"]
    container = pod["containers"][0]
    ports = {one["name"]: one["containerPort"] for one in container["ports"]}
    data = kinds["ConfigMap"]["data"]

    assert all(LISTEN_SHAPE.fullmatch(data[name]) for name in ("HELIOGRAPH_LISTEN", "HELIOGRAPH_HEALTH_LISTEN"))
    assert data["HELIOGRAPH_LISTEN"].endswith(f":{ports['updates']}")
    assert data["HELIOGRAPH_HEALTH_LISTEN"].endswith(f":{ports['health']}")
    assert container["livenessProbe"]["httpGet"] == {"path": "/livez", "port": "health"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "health"}
    assert kinds["Service"]["spec"]["ports"][0]["targetPort"] == "updates"
    rule = kinds["Ingress"]["spec"]["rules"][0]
    assert f"https://{rule['host']}{rule['http']['paths'][0]['path']}" == data["HELIOGRAPH_WEBHOOK_URL"]
    open_ports = {port["port"] for one in kinds["NetworkPolicy"]["spec"]["ingress"] for port in one["ports"]}
    assert open_ports == set(ports.values())


def test_pods_keep_to_the_restricted_profile() -> None:
    pod = manifests()["Deployment"]["spec"]["template"]["spec"]
    container = pod["containers"][0]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in pod["volumes"]}


def test_secrets_of_the_example_are_those_the_pods_read() -> None:
    kinds = manifests()
    container = kinds["Deployment"]["spec"]["template"]["spec"]["containers"][0]

    assert {Path(one["value"]).name for one in container["env"]} == set(kinds["Secret"]["stringData"])
    assert all(one["name"].removesuffix("_FILE") in SETTINGS for one in container["env"])


def test_connections_are_reckoned_as_the_program_takes_them() -> None:
    working = 2 * (READERS + 1)

    # Beside its pool, a replica sits in a seat by which the others know it, and in one to fetch updates.
    assert f"takes {working + 2} connections at most: {working} to work with" in README
    assert f"{working + 2} × (replicas + 1)" in README
    assert 8 * (working + 2) <= 100 - 3 < 9 * (working + 2), "by the server's default, of which 3 are reserved"


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus-alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_alerts_ask_for_metrics_and_labels_that_the_program_gives() -> None:
    text = generate_latest(measures_of_a_program().registry).decode()
    known = set(re.findall(r"^(heliograph\w+)", text, re.MULTILINE))

    for rule in alerts():
        assert set(re.findall(r"\bheliograph_\w+", rule["expr"])) <= known, rule["alert"]
        for metric, label, value in re.findall(r'(heliograph_\w+)\{(\w+)!?="(\w+)"\}', rule["expr"]):
            assert f'{metric}{{{label}="{value}"}}' in text, rule["alert"]


def test_alerts_say_how_bad_it_is_and_where_to_look() -> None:
    for rule in alerts():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert all(rule["annotations"][part].endswith(".") or "{{" in rule["annotations"][part]
                   for part in ("summary", "description")), rule["alert"]  # fmt: skip


def measures_of_a_program() -> Measures:
    """With a value for everything."""
    measures = Measures(CollectorRegistry())
    measures.failures(Cause)
    measures.watch_receiving(lambda: Way.FETCHING, lambda: None, lambda: NOON)
    measures.show(Queue({}, timedelta(0), 0, timedelta(0)), {})
    return measures
