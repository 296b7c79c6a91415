"""What is changed in a Deployment before podman plays it, and what is refused."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.images.playable import Surroundings, Unresolved, expanded, playable

DOCUMENTS = list(yaml.safe_load_all(Path(__file__).with_name("deployments.yaml").read_text()))
SECRETS = [
    {
        "kind": "Secret",
        "metadata": {"name": name},
        "stringData": {"username": f"{name}-user", "password": "word"},
    }
    for name in ("database-app", "database-system", "redis-services")
]


def around(tmp_path: Path, *documents: Any, **settings: str) -> Surroundings:
    return Surroundings("built", settings, [*DOCUMENTS, *documents], tmp_path)


@pytest.fixture
def deployment() -> Any:
    return copy.deepcopy(DOCUMENTS[-1])


def container_of(deployment: Any) -> Any:
    return deployment["spec"]["template"]["spec"]["containers"][0]


def test_names_become_values_and_given_settings_win(deployment: Any, tmp_path: Path) -> None:
    url = "redis://$(REDIS_USERNAME)@127.0.0.1:1"
    stage = around(tmp_path, *SECRETS, PINGVAS_PORT="1", PINGVAS_REDIS_URL=url)
    container = container_of(playable(deployment, stage))
    variables = {each["name"]: each["value"] for each in container["env"]}
    assert variables["PINGVAS_PORT"] == "1"
    assert variables["PINGVAS_ENVIRONMENT"] == "dev"
    assert variables["PINGVAS_REDIS_URL"] == "redis://redis-services-user@127.0.0.1:1"
    own = "postgresql://database-app-user:word@pooler:6432/"
    assert variables["PINGVAS_DATABASE_URL"].startswith(own)
    assert container["image"] == "built"


@pytest.mark.parametrize(
    ("text", "meant"),
    [("$(A)b", "1b"), ("$(UNKNOWN)", "$(UNKNOWN)"), ("$$(A)", "$(A)"), ("$A ${A}", "$A ${A}")],
)
def test_references_are_expanded_as_kubernetes_does(text: str, meant: str) -> None:
    assert expanded(text, {"A": "1"}) == meant


def test_what_confines_it_stays(deployment: Any, tmp_path: Path) -> None:
    before = copy.deepcopy(deployment)
    played = playable(deployment, around(tmp_path, *SECRETS))
    assert deployment == before
    for kept in ("securityContext", "resources", "volumeMounts", "args"):
        assert container_of(played)[kept] == container_of(before)[kept]
    pod, was = (each["spec"]["template"]["spec"] for each in (played, before))
    assert pod["securityContext"] == was["securityContext"]
    assert pod["volumes"][0] == was["volumes"][0]


def test_a_key_that_its_secret_lacks_is_named(deployment: Any, tmp_path: Path) -> None:
    container_of(deployment)["env"][0]["valueFrom"]["secretKeyRef"]["key"] = "name"
    with pytest.raises(Unresolved, match="DATABASE_APP_USERNAME: Secret database-app, key name"):
        playable(deployment, around(tmp_path, *SECRETS))


def test_an_optional_one_may_miss(deployment: Any, tmp_path: Path) -> None:
    for variable in container_of(deployment)["env"]:
        if variable["name"].startswith("REDIS"):
            variable["valueFrom"]["secretKeyRef"]["optional"] = True
    played = playable(deployment, around(tmp_path, *SECRETS[:2]))
    assert "REDIS_USERNAME" not in {each["name"] for each in container_of(played)["env"]}


def test_settings_that_it_does_not_have_are_refused(deployment: Any, tmp_path: Path) -> None:
    with pytest.raises(Unresolved, match="PINGVAS_PROT"):
        playable(deployment, around(tmp_path, *SECRETS, PINGVAS_PROT="1"))


def test_secrets_become_files(deployment: Any, tmp_path: Path) -> None:
    keys = {"kind": "Secret", "metadata": {"name": "keys"}, "stringData": {"one": "1", "two": "2"}}
    item = {"secretName": "keys", "items": [{"key": "one", "path": "signing.pem"}]}
    deployment["spec"]["template"]["spec"]["volumes"] = [{"name": "keys", "secret": item}]
    played = playable(deployment, around(tmp_path, keys, *SECRETS))
    (volume,) = played["spec"]["template"]["spec"]["volumes"]
    (file,) = Path(volume["hostPath"]["path"]).iterdir()
    assert (file.name, file.read_text()) == ("signing.pem", "1")


def test_a_claim_is_refused(deployment: Any, tmp_path: Path) -> None:
    claim = {"name": "checkpoints", "persistentVolumeClaim": {"claimName": "checkpoints"}}
    deployment["spec"]["template"]["spec"]["volumes"] = [claim]
    with pytest.raises(Unresolved, match="checkpoints"):
        playable(deployment, around(tmp_path, *SECRETS))
