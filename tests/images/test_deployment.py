"""Rendered Deployments, played by podman on real servers until their readiness answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest
import redis
import yaml

from tests.images.conftest import Stores
from tests.images.containers import Container
from tests.images.engine import Engine
from tests.images.playable import Surroundings, playable, readiness
from tests.images.rendered import Deployed, account, secrets
from tests.servers.ports import free_port

ONE = pytest.mark.parametrize("deployed", ["generation"], indirect=True)
# One on the database and the queue, and one with a Secret as a file.
BOTH = pytest.mark.parametrize("deployed", ["generation", "user"], indirect=True)


@contextmanager
def played(engine: Engine, deployed: Deployed, around: Surroundings) -> Iterator[Container]:
    """The Deployment's one container; `around.settings` give it a free PINGVAS_PORT."""
    manifest = around.folder / "deployment.yaml"
    manifest.write_text(yaml.safe_dump(playable(deployed.deployment, around)))
    (container,) = deployed.deployment["spec"]["template"]["spec"]["containers"]
    name = f"{deployed.service}-pod-0-{container['name']}"
    engine.podman("kube", "play", str(manifest))
    try:
        yield Container(engine, name, int(around.settings["PINGVAS_PORT"]))
    finally:
        engine.podman("kube", "down", str(manifest))


def addresses(stores: Stores, service: str) -> Mapping[str, str]:
    """The accounts come from the Secrets as written; the addresses are the test's."""
    place = stores.database.app_url.partition("@")[2]
    system = f"postgresql://$(DATABASE_SYSTEM_USERNAME):$(DATABASE_SYSTEM_PASSWORD)@{place}"
    database = {
        "PINGVAS_PORT": str(free_port()),
        "PINGVAS_DATABASE_URL": (
            f"postgresql://$(DATABASE_APP_USERNAME):$(DATABASE_APP_PASSWORD)@{place}"
        ),
        "PINGVAS_SYSTEM_DATABASE_URL": system,
    }
    if service != "generation":
        return database
    queue = {"PINGVAS_LISTEN_DATABASE_URL": system, "PINGVAS_REDIS_URL": stores.redis_url}
    return database | queue


@pytest.fixture
def around(deployed: Deployed, services_image: str, stores: Stores) -> Surroundings:
    settings = addresses(stores, deployed.service)
    documents = [*deployed.documents, *secrets()]
    return Surroundings(services_image, settings, documents, deployed.folder)


def clients_of(redis_url: str) -> int:
    """Who is connected, beside the one that asks."""
    with redis.Redis.from_url(redis_url) as connection:
        return len(connection.client_list()) - 1


@BOTH
def test_it_becomes_ready_and_drains(
    engine: Engine, deployed: Deployed, around: Surroundings, stores: Stores
) -> None:
    with played(engine, deployed, around) as container:
        container.wait_until(readiness(deployed.deployment))
        checks = container.get(readiness(deployed.deployment)).json()["checks"]
        assert checks == dict.fromkeys(checks, "ok")
        assert "database" in checks
        on_the_queue = "PINGVAS_REDIS_URL" in around.settings
        assert (clients_of(stores.redis_url) > 0) == on_the_queue
        assert container.stop() == 0


@ONE
def test_it_is_confined_as_written(
    engine: Engine, deployed: Deployed, around: Surroundings
) -> None:
    with played(engine, deployed, around) as container:
        what = "{{.HostConfig.ReadonlyRootfs}} {{.Config.User}} {{.HostConfig.Memory}}"
        kept = engine.podman("inspect", "--format", what, container.name)
        assert kept == f"true 10001:10001 {256 * 2**20}"
        granted = engine.podman("inspect", "--format", "{{.EffectiveCaps}}", container.name)
        assert granted == "[]"


@ONE
def test_it_is_not_ready_with_another_password(
    engine: Engine, deployed: Deployed, around: Surroundings
) -> None:
    others = [each for each in around.documents if each["metadata"]["name"] != "database-app"]
    changed = [*others, account("database-app", "pingvas_dev_app", "another-password")]
    with played(engine, deployed, replace(around, documents=changed)) as container:
        container.wait_until("/healthz")
        assert container.get(readiness(deployed.deployment)).status_code == 503
