"""What is changed in a Deployment before podman plays it, and what is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.images.playable import Document, Surroundings, Unresolved, expanded, playable
from tests.images.rendered import Deployed, account

Around = Callable[..., Surroundings]
SECRETS = [
    account(name, f"{name}-user", "word")
    for name in ("database-app", "database-system", "redis-services")
]


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    return Deployed("generation", tmp_path_factory.mktemp("generation"))


@pytest.fixture
def deployment(generation: Deployed) -> Any:
    return copy.deepcopy(generation.deployment)


@pytest.fixture
def around(generation: Deployed, tmp_path: Path) -> Around:
    """Its own documents and more, with settings."""

    def made(*documents: Document, **settings: str) -> Surroundings:
        return Surroundings("built", settings, [*generation.documents, *documents], tmp_path)

    return made


def container_of(deployment: Any) -> Any:
    return deployment["spec"]["template"]["spec"]["containers"][0]


def test_names_become_values_and_given_settings_win(deployment: Any, around: Around) -> None:
    url = "redis://$(REDIS_USERNAME)@127.0.0.1:1"
    stage = around(*SECRETS, PINGVAS_PORT="1", PINGVAS_REDIS_URL=url)
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


def test_what_confines_it_stays(deployment: Any, around: Around) -> None:
    before = copy.deepcopy(deployment)
    played = playable(deployment, around(*SECRETS))
    assert deployment == before
    for kept in ("securityContext", "resources", "volumeMounts", "args"):
        assert container_of(played)[kept] == container_of(before)[kept]
    pod, was = (each["spec"]["template"]["spec"] for each in (played, before))
    assert pod["securityContext"] == was["securityContext"]
    assert pod["volumes"][0] == was["volumes"][0]


def test_a_key_that_its_secret_lacks_is_named(deployment: Any, around: Around) -> None:
    container_of(deployment)["env"][0]["valueFrom"]["secretKeyRef"]["key"] = "name"
    with pytest.raises(Unresolved, match="DATABASE_APP_USERNAME: Secret database-app, key name"):
        playable(deployment, around(*SECRETS))


def test_an_optional_one_may_miss(deployment: Any, around: Around) -> None:
    for variable in container_of(deployment)["env"]:
        if variable["name"].startswith("REDIS"):
            variable["valueFrom"]["secretKeyRef"]["optional"] = True
    played = playable(deployment, around(*SECRETS[:2]))
    assert "REDIS_USERNAME" not in {each["name"] for each in container_of(played)["env"]}


def test_settings_that_it_does_not_have_are_refused(deployment: Any, around: Around) -> None:
    with pytest.raises(Unresolved, match="PINGVAS_PROT"):
        playable(deployment, around(*SECRETS, PINGVAS_PROT="1"))


def test_secrets_become_files(deployment: Any, around: Around) -> None:
    keys = {"kind": "Secret", "metadata": {"name": "keys"}, "stringData": {"one": "1", "two": "2"}}
    item = {"secretName": "keys", "items": [{"key": "one", "path": "signing.pem"}]}
    deployment["spec"]["template"]["spec"]["volumes"] = [{"name": "keys", "secret": item}]
    played = playable(deployment, around(keys, *SECRETS))
    (volume,) = played["spec"]["template"]["spec"]["volumes"]
    (file,) = Path(volume["hostPath"]["path"]).iterdir()
    assert (file.name, file.read_text()) == ("signing.pem", "1")


def test_a_claim_is_refused(deployment: Any, around: Around) -> None:
    claim = {"name": "checkpoints", "persistentVolumeClaim": {"claimName": "checkpoints"}}
    deployment["spec"]["template"]["spec"]["volumes"] = [claim]
    with pytest.raises(Unresolved, match="checkpoints"):
        playable(deployment, around(*SECRETS))
