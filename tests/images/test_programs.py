"""The programs of the images on real servers: confined, on a read-only root, without a shell."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.images.builds import RELEASE
from tests.images.conftest import Stores
from tests.images.containers import Container, running
from tests.images.engine import Engine
from tests.servers import seaweedfs
from tests.servers.people import TokenPress
from tests.servers.ports import free_port
from tests.servers.saas import SERVICES, environment_of, signing_key_file

NO_SHELL = [f"--volume=/dev/null:/usr/bin/{shell}:ro" for shell in ("bash", "dash")]
USER = 10_001
KEYS = "/keys"
ENDED_BY_SIGTERM = (0, 143)


@pytest.fixture(scope="module")
def settings(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What the services read, all of them together; each takes its own."""
    with seaweedfs.running(tmp_path_factory.mktemp("seaweedfs")) as store:
        given = environment_of(stores.database, stores.redis_url, store, Path("/"))
        ours = {name: text for name, text in given.items() if name.startswith("PINGVAS_")}
        left_out = ("PINGVAS_MAIL_URL", "PINGVAS_CHECKPOINTS_DIR", "PINGVAS_RELEASE")
        yield {name: text for name, text in ours.items() if name not in left_out}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A volume with the user service's signing key."""
    folder = tmp_path_factory.mktemp("keys")
    folder.chmod(0o755)
    key = signing_key_file(TokenPress(), folder)
    os.chown(key, USER, USER)
    key.chmod(0o400)
    return f"--volume={folder}:{KEYS}:ro"


@pytest.fixture(scope="module")
def services(
    engine: Engine, services_image: str, settings: Mapping[str, str], keys: str
) -> Iterator[dict[str, Container]]:
    """All five on ports of their own, as one environment."""
    ports = {name: free_port() for name in SERVICES}
    issuer = f"http://127.0.0.1:{ports['user']}"
    shared = {
        **settings,
        "PINGVAS_TOKEN_ISSUER": issuer,
        "PINGVAS_JWKS_URL": f"{issuer}/.well-known/jwks.json",
        "PINGVAS_SIGNING_KEY_FILE": f"{KEYS}/signing.pem",
    }
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                running(
                    engine,
                    [services_image, f"services.{name}"],
                    {**shared, "PINGVAS_PORT": str(port)},
                    port,
                    [*NO_SHELL, keys],
                )
            )
            for name, port in ports.items()
        }


def test_migrations_make_the_tables(migrated: str) -> None:
    assert "Applied" in migrated


def test_migrations_again_change_nothing(
    engine: Engine, services_image: str, stores: Stores
) -> None:
    owner = f"--env=PINGVAS_OWNER_DATABASE_URL={stores.database.owner_url}"
    command = (owner, services_image, "services.migrations", "up")
    assert "Applied" not in engine.run("--network=host", *NO_SHELL, *command)


def test_there_is_no_shell_in_these_runs(engine: Engine, services_image: str) -> None:
    command = ("--entrypoint=/bin/sh", services_image, "-c", "true")
    answer = engine.attempt("podman", "run", "--rm", "--network=none", *NO_SHELL, *command)
    assert answer.returncode != 0


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_becomes_ready_and_ends_when_told(
    services: Mapping[str, Container], name: str
) -> None:
    service = services[name]
    service.wait_until("/readyz")
    live = service.get("/healthz").json()
    assert live["release"] == RELEASE
    assert service.stop() in ENDED_BY_SIGTERM
    levels = [json.loads(line)["level"] for line in service.log().splitlines()]
    assert not {"error", "critical"} & set(levels)


def test_what_is_missing_is_named(engine: Engine, services_image: str) -> None:
    command = ("run", "--rm", "--network=none", services_image, "services.gallery")
    answer = engine.attempt("podman", *command)
    assert answer.returncode == 2
    assert "PINGVAS_DATABASE_URL" in answer.stderr


def test_the_worker_serves_an_empty_shelf(
    engine: Engine, worker_image: str, settings: Mapping[str, str], tmp_path: Path
) -> None:
    """On a CPU: it connects to the queue, tells its numbers, and leaves when told."""
    port = free_port()
    told = {
        **{name: text for name, text in settings.items() if "DATABASE" not in name},
        "PINGVAS_METRICS_PORT": str(port),
        "PINGVAS_DEVICE": "cpu",
    }
    options = ["--tmpfs=/tmp", "--tmpfs=/checkpoints", *NO_SHELL]
    with running(engine, [worker_image], told, port, options) as worker:
        worker.wait_until("/metrics")
        assert "pingvas" in worker.get("/metrics").text
        assert worker.stop() in ENDED_BY_SIGTERM


def test_the_workers_own_words_are_there(engine: Engine, worker_image: str) -> None:
    told = engine.run("--network=none", "--tmpfs=/tmp", *NO_SHELL, worker_image, "bench", "--help")
    assert "CHECKPOINT" in told
