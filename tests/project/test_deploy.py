"""The files of deploy/ fit together and fit the program; no engine, no cluster and no network needed."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import LISTEN_SHAPE, PREFIX, Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
UNIT = DEPLOY / "systemd" / "heliograph.service"
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def manifests() -> dict[str, dict[str, Any]]:
    """Every Kubernetes object, by kind."""
    documents = [one for path in KUBERNETES.glob("*.yaml") for one in yaml.safe_load_all(path.read_text())]
    return {one["kind"]: one for one in documents}


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def dockerfile() -> str:
    return (DEPLOY / "Dockerfile").read_text()


def test_every_setting_in_deploy_exists() -> None:
    # HOST and CONTENT_FOLDER are compose's own.
    own = {"HELIOGRAPH_HOST", "HELIOGRAPH_CONTENT_FOLDER"}
    named = {
        name.removesuffix("_FILE")
        for path in DEPLOY.rglob("*")
        if path.is_file()
        for name in re.findall(r"HELIOGRAPH_[A-Z_]+", path.read_text())
    }

    assert named - own <= SETTINGS


def test_nothing_in_deploy_looks_like_a_secret() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            assert not re.search(r"\d{6,}:[A-Za-z0-9_-]{30,}", path.read_text()), path


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

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not any(key.endswith(("TOKEN", "SECRET", "DATABASE_URL")) for key in service["environment"])


def test_a_plain_up_starts_one_bot_and_the_profile_two_behind_a_webhook() -> None:
    services = compose()["services"]

    assert [name for name, one in services.items() if "profiles" not in one] == ["bot"]
    for name in ("replica-1", "replica-2"):
        environment = services[name]["environment"]
        port = environment["HELIOGRAPH_LISTEN"].rpartition(":")[2]
        path = environment["HELIOGRAPH_WEBHOOK_URL"].rpartition("/")[2]
        caddyfile = (DEPLOY / "Caddyfile").read_text()
        assert f"{name}:{port}" in caddyfile
        assert f"path /{path}\n" in caddyfile


def test_unit_can_be_verified(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here")
    # The program is not installed where the unit expects it; its existence is all that verify asks about.
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/heliograph/bin/heliograph", shutil.which("true") or "/bin/true"))

    said = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, check=False)
    exposure = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=15", str(unit)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (said.returncode, said.stderr) == (0, "")
    assert exposure.returncode == 0, exposure.stdout


def test_unit_gives_the_token_as_a_credential() -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    service = dict(parser["Service"])

    assert (service["Type"], service["DynamicUser"]) == ("notify", "yes")
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

    assert applied == {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml", "secret.example.yaml"}


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
