"""What each program reads is given to it, is known to it, and is what it takes.

The variables of a container are put together as the kubelet does it, and the program's own settings
read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pingvas_cli.bootstrap.aws.secret_values import DATABASE
from services import cache_node, pooler
from tests.manifests.judges import Document
from tests.manifests.trees import Rendered, containers, pod_of
from tests.services.test_settings_table import PROGRAMS

LOGIN: Final = {"username": "somebody", "password": "0123456789abcdef"}
SECRETS: Final[Mapping[str, Mapping[str, str]]] = {
    "database-app": LOGIN,
    "database-system": LOGIN,
    "database-owner": LOGIN,
    "redis-services": LOGIN,
    "redis-worker": LOGIN,
    "redis-exporter": LOGIN,
    "signing-key": {"private_key": "PEM"},
    "image-url-key": {"private_key": "PEM", "name": "n", "key_id": "K123"},
    "oauth-client": {"identity_providers": "{}"},
    "mail": {"url": "smtp://user:word@mail.example.com:587"},
    "lemon-squeezy": {
        "api_key": "key",
        "store_id": "1",
        "variants": '{"starter":"1","pro":"2","studio":"3"}',
        "webhook_secret": "word",
    },
    "redis-nodes": LOGIN,
    "object-store": {"access_key": "key", "secret_key": "word"},
}
"""As `bootstrap` and people fill them."""
PLACES: Final = [
    f"{environment}/{name}"
    for environment in ("dev", "prod")
    for name in ("user", "payment", "generation", "gallery", "model", "worker")
]
REFERENCE: Final = re.compile(r"\$\((\w+)\)")


def variables(rendered: Rendered, place: str, container: dict[str, Any]) -> dict[str, str]:
    """What the process finds in its environment."""
    found: dict[str, str] = {}
    for source in container.get("envFrom", []):
        name = source["configMapRef"]["name"]
        found.update(rendered.one(place, "ConfigMap", name)["data"])
    own: dict[str, str] = {}
    for each in container.get("env", []):
        own[each["name"]] = _value(each, own)
    return {**found, **own}


def _value(variable: Document, known: Mapping[str, str]) -> str:
    """`$(NAME)` stands for a variable of `env` before it; one that is not there stays as it is."""
    origin = variable.get("valueFrom", {})
    if "secretKeyRef" in origin:
        return SECRETS[origin["secretKeyRef"]["name"]][origin["secretKeyRef"]["key"]]
    if "fieldRef" in origin:
        return "a-pod"
    text: str = variable["value"]
    assert set(REFERENCE.findall(text)) <= set(known), text
    return REFERENCE.sub(lambda found: known[found[1]], text)


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = rsa.generate_private_key(65_537, 2048)
    file = tmp_path_factory.mktemp("key") / "key.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


@pytest.mark.parametrize("place", PLACES)
def test_a_program_takes_the_settings_that_it_gets(
    rendered: Rendered, place: str, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment, _, name = place.partition("/")
    (container,) = containers(rendered.one(place, "Deployment"))
    given = variables(rendered, place, container)
    kind = PROGRAMS[name]
    known = {f"PINGVAS_{field.upper()}" for field in kind.model_fields}
    ours = {key for key in given if key.startswith("PINGVAS_")}
    assert ours <= known, ours - known
    if "PINGVAS_CDN_KEY_FILE" in given:
        given["PINGVAS_CDN_KEY_FILE"] = str(key_file)
    for key, text in given.items():
        monkeypatch.setenv(key, text)
    settings = kind()
    assert settings.model_dump()["environment"] == environment


@pytest.mark.parametrize("place", PLACES)
def test_a_program_listens_where_its_service_looks(rendered: Rendered, place: str) -> None:
    (container,) = containers(rendered.one(place, "Deployment"))
    given = variables(rendered, place, container)
    (port,) = (each["containerPort"] for each in container["ports"])
    assert port == int(given.get("PINGVAS_PORT", 0) or given["PINGVAS_METRICS_PORT"])
    if not place.endswith("worker"):
        (own,) = rendered.one(place, "Service")["spec"]["ports"]
        assert (own["port"], own["targetPort"]) == (port, container["ports"][0]["name"])


@pytest.mark.parametrize("place", PLACES)
def test_files_that_settings_name_are_mounted(rendered: Rendered, place: str) -> None:
    deployment = rendered.one(place, "Deployment")
    (container,) = containers(deployment)
    volumes = {one["name"]: one for one in pod_of(deployment)["volumes"]}
    mounted = {
        f"{mount['mountPath']}/{item['path']}"
        for mount in container["volumeMounts"]
        for one in (volumes[mount["name"]],)
        for item in {**one.get("secret", {}), **one.get("configMap", {})}.get("items", [])
    }
    given = variables(rendered, place, container)
    named = {text for key, text in given.items() if key.endswith("_KEY_FILE")}
    named |= set(re.findall(r"sslrootcert=(\S+)", " ".join(given.values())))
    assert named == mounted


def test_secrets_are_those_that_the_environment_has(default: Rendered) -> None:
    """Whatever a pod needs and may not miss is brought in by External Secrets."""
    for environment in ("dev", "prod"):
        brought = {
            one["spec"]["target"]["name"]: one for one in default.overlays[f"{environment}/secrets"]
        }
        assert set(brought) == set(SECRETS) - {"object-store", "redis-nodes"}
        for one in brought.values():
            remote = str(one["spec"])
            assert f"pingvas/{environment}/" in remote
        for place, workload in default.workloads():
            if place.startswith(environment):
                assert _needed(workload) <= set(brought), place


def _needed(workload: Document) -> set[str]:
    references = (
        each["valueFrom"]["secretKeyRef"]
        for container in containers(workload)
        for each in container.get("env", [])
        if "secretKeyRef" in each.get("valueFrom", {})
    )
    volumes = (one["secret"] for one in pod_of(workload)["volumes"] if "secret" in one)
    needed = {one["name"] for one in references if not one.get("optional")}
    return needed | {one["secretName"] for one in volumes}


def test_only_the_owner_migrates_and_only_the_pooler_knows_two_roles(default: Rendered) -> None:
    readers: dict[str, set[str]] = {}
    for place, workload in default.workloads():
        for secret in _needed(workload):
            readers.setdefault(secret, set()).add(place.partition("/")[2])
    services = {"user", "payment", "generation", "gallery", "model"}
    assert readers[f"{DATABASE}owner"] == {"migrations"}
    assert readers["redis-worker"] == {"worker"}
    assert readers["redis-services"] == {"generation", "model"}
    assert readers["signing-key"] == {"user"}
    assert readers[f"{DATABASE}app"] == services | {"pooler"}


def test_the_pooler_is_prepared_with_what_it_is_given(rendered: Rendered, tmp_path: Path) -> None:
    deployment = rendered.one("prod/pooler", "Deployment")
    (prepare,) = pod_of(deployment)["initContainers"]
    given = variables(rendered, "prod/pooler", prepare)
    assert prepare["args"][0] == "services.pooler"
    assert pooler.main([str(tmp_path)], given) == 0
    configuration = rendered.one("prod/pooler", "ConfigMap", "pooler-configuration")
    named = set(re.findall(rf"{prepare['args'][1]}/(\S+)", str(configuration["data"])))
    assert {one.partition("\\n")[0] for one in named} == {one.name for one in tmp_path.iterdir()}


def test_the_cache_is_prepared_with_what_it_is_given(cluster: Rendered, tmp_path: Path) -> None:
    (prepare,) = pod_of(cluster.one("prod/cache", "StatefulSet"))["initContainers"]
    given = variables(cluster, "prod/cache", prepare)
    assert prepare["args"][0] == "services.cache_node"
    files = cache_node.configuration(tmp_path, {**given, "CACHE_HOSTS": given["CACHE_HOST"]})
    assert "sentinel monitor pingvas a-pod.cache 6379 1\n" in files["sentinel.conf"]


def test_tiers_are_those_of_the_configuration(default: Rendered) -> None:
    for name in ("payment", "generation", "gallery"):
        data = default.one(f"prod/{name}", "ConfigMap", f"{name}-settings")["data"]
        assert set(json.loads(data["PINGVAS_TIERS"])) == {"free", "starter", "pro", "studio"}
