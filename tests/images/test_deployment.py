"""One Deployment, played by podman on real servers until its readiness answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
import yaml

from tests.images.conftest import Stores
from tests.images.containers import Container
from tests.images.engine import Engine
from tests.images.playable import Document, Surroundings, playable, readiness
from tests.servers.ports import free_port
from tests.servers.postgres import PASSWORD

DOCUMENTS = list(yaml.safe_load_all(Path(__file__).with_name("deployments.yaml").read_text()))


@contextmanager
def played(engine: Engine, deployment: Document, around: Surroundings) -> Iterator[Container]:
    """The Deployment's one container; `around.settings` give it a free PINGVAS_PORT."""
    manifest = around.folder / "deployment.yaml"
    manifest.write_text(yaml.safe_dump(playable(deployment, around)))
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    name = f"{deployment['metadata']['name']}-pod-0-{container['name']}"
    engine.podman("kube", "play", str(manifest))
    try:
        yield Container(engine, name, int(around.settings["PINGVAS_PORT"]))
    finally:
        engine.podman("kube", "down", str(manifest))


def secret(name: str, username: str, password: str = PASSWORD) -> Document:
    """An account, as an ExternalSecret or a bootstrap makes it."""
    content = {"username": username, "password": password}
    return {"kind": "Secret", "metadata": {"name": name}, "stringData": content}


SECRETS = (
    secret("database-app", "pingvas_dev_app"),
    secret("database-system", "pingvas_dev_system"),
    secret("redis-services", "unused"),
)


@pytest.fixture
def around(services_image: str, stores: Stores, tmp_path: Path) -> Surroundings:
    """The accounts come from the Secrets as written; the addresses are the test's."""
    place = stores.database.app_url.partition("@")[2]
    app = f"postgresql://$(DATABASE_APP_USERNAME):$(DATABASE_APP_PASSWORD)@{place}"
    system = f"postgresql://$(DATABASE_SYSTEM_USERNAME):$(DATABASE_SYSTEM_PASSWORD)@{place}"
    settings = {
        "PINGVAS_PORT": str(free_port()),
        "PINGVAS_DATABASE_URL": app,
        "PINGVAS_SYSTEM_DATABASE_URL": system,
        "PINGVAS_LISTEN_DATABASE_URL": system,
        "PINGVAS_REDIS_URL": stores.redis_url,
    }
    return Surroundings(services_image, settings, [*DOCUMENTS, *SECRETS], tmp_path)


@pytest.fixture
def deployment() -> Document:
    (found,) = (each for each in DOCUMENTS if each["kind"] == "Deployment")
    assert isinstance(found, dict)
    return found


def clients_of(redis_url: str) -> int:
    """Who is connected, beside the one that asks."""
    with redis.Redis.from_url(redis_url) as connection:
        return len(connection.client_list()) - 1


def test_it_becomes_ready_and_drains(
    engine: Engine, deployment: Document, around: Surroundings, stores: Stores
) -> None:
    with played(engine, deployment, around) as container:
        container.wait_until(readiness(deployment))
        checks = container.get(readiness(deployment)).json()["checks"]
        assert checks == dict.fromkeys(checks, "ok")
        assert "database" in checks
        assert clients_of(stores.redis_url) > 0
        assert container.stop() == 0


def test_it_is_confined_as_written(
    engine: Engine, deployment: Document, around: Surroundings
) -> None:
    with played(engine, deployment, around) as container:
        what = "{{.HostConfig.ReadonlyRootfs}} {{.Config.User}} {{.HostConfig.Memory}}"
        kept = engine.podman("inspect", "--format", what, container.name)
        assert kept == f"true 10001:10001 {256 * 2**20}"
        granted = engine.podman("inspect", "--format", "{{.EffectiveCaps}}", container.name)
        assert granted == "[]"


def test_it_is_not_ready_with_another_password(
    engine: Engine, deployment: Document, around: Surroundings
) -> None:
    others = [each for each in around.documents if each["metadata"]["name"] != "database-app"]
    changed = [*others, secret("database-app", "pingvas_dev_app", "another-password")]
    lost = Surroundings(around.image, around.settings, changed, around.folder)
    with played(engine, deployment, lost) as container:
        container.wait_until("/healthz")
        assert container.get(readiness(deployment)).status_code == 503
