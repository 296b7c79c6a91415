"""What a build takes, and that it gives the same image twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.images.builds import RELEASE, REVISION, Builder
from tests.images.engine import Engine
from tests.images.python_image import PythonImage

PROGRAMS = ("services", "worker")
UNKNOWN = "sha256:" + "0" * 64


@pytest.fixture
def configuration(engine: Engine, services_image: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(engine.inspect(services_image, "{{json .Config}}"))
    return found


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_tag_alone_builds_nothing(builder: Builder, program: str) -> None:
    version, _ = builder.python.arguments
    answer = builder.attempt(program, version)
    assert answer.returncode != 0
    assert "STEP 2" not in answer.stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_another_digest_than_the_bases_builds_nothing(builder: Builder, program: str) -> None:
    other = PythonImage(builder.python.version, UNKNOWN)
    answer = builder.attempt(program, *other.arguments)
    assert answer.returncode != 0
    assert "STEP 2" not in answer.stdout


def test_a_second_build_is_the_same(engine: Engine, builder: Builder, services_image: str) -> None:
    again = builder.build("services", "second")
    what = "{{.Digest}} {{.RootFS.Layers}}"
    assert engine.inspect(again, what) == engine.inspect(services_image, what)


def test_it_is_our_user_and_our_program(configuration: dict[str, Any]) -> None:
    assert configuration["User"] == "10001:10001"
    assert configuration["Entrypoint"] == ["python", "-m"]
    assert not configuration.get("Cmd")
    assert not configuration.get("ExposedPorts")
    assert not configuration.get("Volumes")


def test_labels_tell_what_it_is(configuration: dict[str, Any], builder: Builder) -> None:
    labels = configuration["Labels"]
    assert labels["org.opencontainers.image.version"] == RELEASE
    assert labels["org.opencontainers.image.revision"] == REVISION
    assert labels["org.opencontainers.image.base.digest"] == builder.python.digest
    assert f"PINGVAS_RELEASE={RELEASE}" in configuration["Env"]


def test_the_index_is_not_told(engine: Engine, services_image: str) -> None:
    history = engine.podman("history", "--no-trunc", "--format=json", services_image)
    assert "index-url" not in history
    assert "find-links" not in history
    assert "127.0.0.1" not in history
