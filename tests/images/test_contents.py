"""What is in an image: as somebody finds it who runs there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.images.builds import Builder
from tests.images.engine import Engine
from tests.images.python_image import REPOSITORY

SCRIPT = Path(__file__).with_name("seen_from_inside.py").read_text()
LARGEST_BYTES = {"services": 230_000_000, "worker": 1_500_000_000}
WRITABLE_IN_DEBIAN = {"/run/lock", "/tmp", "/var/tmp"}  # for everybody; not on a read-only root


@dataclass(frozen=True)
class Look:
    """An image, and what the script finds in a container of it."""

    engine: Engine
    image: str
    room: str

    def seen(self, *options: str) -> dict[str, Any]:
        """As the image's own user unless the options say otherwise."""
        command = ("run", "--rm", "--cap-drop=all", "--network=none", *options)
        program = ("--entrypoint=python", self.image, "-c", SCRIPT, self.room)
        found: dict[str, Any] = json.loads(self.engine.podman(*command, *program))
        return found


@pytest.fixture(scope="module", params=["services_image", "worker_image"])
def look(engine: Engine, request: pytest.FixtureRequest) -> Look:
    room = request.param.removesuffix("_image")
    return Look(engine, request.getfixturevalue(request.param), room)


@pytest.fixture(scope="module")
def found(look: Look) -> dict[str, Any]:
    return look.seen()


def test_it_runs_unprivileged(found: dict[str, Any]) -> None:
    assert found["user"] == [10001, 10001, [10001]]


def test_its_user_may_write_only_where_everybody_may(found: dict[str, Any]) -> None:
    ours = {"/checkpoints"} if "torch" in found["installed"] else set()
    assert set(found["writable"]) - WRITABLE_IN_DEBIAN <= ours


def test_nothing_is_writable_on_a_read_only_root(look: Look) -> None:
    assert look.seen("--read-only", "--read-only-tmpfs=false")["writable"] == []


def test_no_key_cache_or_installer_is_left(look: Look) -> None:
    as_root = look.seen("--user=0")
    assert as_root["keys"] == []
    assert as_root["left"] == []


def test_the_list_of_parts_is_whole(found: dict[str, Any]) -> None:
    assert found["listed"] == found["installed"]
    assert "pingvas" in found["listed"]
    assert {"pip", "pytest", "uv"}.isdisjoint(found["installed"])


def test_every_module_is_compiled(found: dict[str, Any]) -> None:
    assert found["uncompiled"] == []


def test_it_adds_little_to_its_base(look: Look, builder: Builder) -> None:
    """The worker's: torch for CPUs; CUDA's libraries are several times as large."""
    base = f"{REPOSITORY}:{builder.python.version}"
    sizes = [int(look.engine.inspect(image, "{{.Size}}")) for image in (look.image, base)]
    assert sizes[0] - sizes[1] < LARGEST_BYTES[look.room]
