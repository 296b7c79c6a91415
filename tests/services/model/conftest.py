"""A hub, a shelf and installers of the test's own, on the run's PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.sql import Query
from services.model.actions.follow_installs import FollowInstalls
from services.model.actions.perform_install import PerformInstall
from services.model.actions.request_install import RequestInstall
from services.model.adapters.client import GuardedClient
from services.model.main import create_app, installing, policy_of
from services.model.schemas.installs import FetchRequest, Install
from services.model.settings import ModelSettings
from tests.servers import hub as hubs
from tests.servers.hub import Hub
from tests.services.callers import a_person, client_of, served

ADMIN = Caller(uuid4(), "admin", "free")
FORGET = Query(
    "forget",
    "update installs set state = 'cancelled' where state in ('waiting', 'queued', 'running')",
)
KEEP = Query("keep", "update checkpoints set state = 'removed' where state = 'removing'")
OVERDUE = Query("overdue", "update installs set claimed_until = null where id = %(id)s")


@pytest.fixture
def hub() -> Iterator[Hub]:
    with hubs.serving() as hub:
        yield hub


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "shelf"


@pytest.fixture
def settings(shared_settings: dict[str, Any], hub: Hub, shelf: Path) -> ModelSettings:
    return ModelSettings(
        **shared_settings,
        checkpoints_dir=shelf,
        hub_url=hub.url,
        install_loopback=True,
        install_lease_s=2.0,
        install_patience_s=1.0,
        install_retry_s=0.01,
    )


class Workshop:
    """Orders installations and does them, without a service around."""

    def __init__(self, database: Database, settings: ModelSettings, client: GuardedClient) -> None:
        self.database = database
        self.perform: PerformInstall = installing(settings, database, client)
        self._order = RequestInstall(database, policy_of(settings).check, lambda: None, True)
        self._follow = FollowInstalls(database)

    async def order(self, source: str, **wish: Any) -> Install:
        wish.setdefault("name", f"c-{uuid4().hex[:12]}")
        return await self._order.run(ADMIN, FetchRequest(source=source, **wish))

    async def look(self, install_id: UUID) -> Install:
        return await self._follow.one(install_id)

    async def work(self, install_id: UUID, attempts: int = 12) -> Install:
        """Do it until it has ended, without its rests; what it is then."""
        for _ in range(attempts):
            async with self.database.system() as system:
                await system.execute(OVERDUE, id=install_id)
            await self.perform.run()
            found = await self.look(install_id)
            if found.finished_at:
                return found
        raise TimeoutError

    async def install(self, source: str, **wish: Any) -> Install:
        """Order it and do it."""
        return await self.work((await self.order(source, **wish)).id)


@pytest.fixture
async def make_workshop(
    database: Database, settings: ModelSettings
) -> AsyncIterator[Callable[..., Workshop]]:
    """Workshops with settings that differ."""
    clients = []

    def make(**changes: Any) -> Workshop:
        changed = settings.model_copy(update=changes)
        clients.append(GuardedClient(policy_of(changed), patience_s=changed.install_patience_s))
        return Workshop(database, changed, clients[-1])

    async with database.system() as system:
        await system.execute(FORGET)
        await system.execute(KEEP)
    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def workshop(make_workshop: Callable[..., Workshop]) -> Workshop:
    return make_workshop()


@pytest.fixture
async def app(settings: ModelSettings, workshop: Workshop) -> AsyncIterator[FastAPI]:
    """The whole service; `workshop` forgets what other tests left."""
    async with served(create_app(settings)) as app:
        yield app


@pytest.fixture
async def admin(app: FastAPI, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app, await a_person(database, role="admin")) as client:
        yield client


@pytest.fixture
def name() -> str:
    return f"c-{uuid4().hex[:12]}"
