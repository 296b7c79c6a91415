"""A database of one's own for payments, the service on it, and people who buy."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from pydantic import SecretStr

from services.kernel.access import TokenVerifier
from services.kernel.db import Database
from services.migrations.dbmate import run as run_dbmate
from services.payment.assembly import Actions, assemble
from services.payment.main import create_app
from services.payment.settings import PaymentSettings
from tests.servers import postgres as postgres_server
from tests.servers.application import calling
from tests.servers.people import AUDIENCE, ISSUER, JWKS_URL, TokenPress, add_person
from tests.servers.ports import free_port
from tests.servers.postgres import EnvironmentDatabase, Postgres
from tests.services.payment.lemon_stand import LemonStand, open_stand
from tests.services.payment.shop import SECRET, Shop


@pytest.fixture(scope="session")
def payment_database(postgres: Postgres) -> Iterator[EnvironmentDatabase]:
    """Migrated, and used by these tests alone, so that all of it can be reconciled."""
    database = postgres_server.create_environment(postgres, database="pingvas_payment")
    answer = run_dbmate("migrate", database.owner_url)
    assert answer.status == 0, answer.output
    yield database
    with psycopg.connect(postgres.admin_url, autocommit=True) as connection:
        connection.execute("drop database pingvas_payment with (force)")


@pytest.fixture(scope="session")
def environment_database(payment_database: EnvironmentDatabase) -> EnvironmentDatabase:
    """What the shared helpers take, here the database of payments."""
    return payment_database


@pytest.fixture(scope="module")
def environment(environment_database: EnvironmentDatabase) -> dict[str, str]:
    """Of the service as a program."""
    return {
        **os.environ,
        "PINGVAS_ENVIRONMENT": "dev",
        "PINGVAS_DATABASE_URL": environment_database.app_url,
        "PINGVAS_SYSTEM_DATABASE_URL": environment_database.system_url,
        "PINGVAS_TOKEN_ISSUER": ISSUER,
        "PINGVAS_JWKS_URL": JWKS_URL,
        "PINGVAS_WEBHOOK_SECRET": SECRET,
        "PINGVAS_PORT": str(free_port()),
    }


@pytest.fixture
def settings(shared_settings: dict[str, Any]) -> PaymentSettings:
    return PaymentSettings(**shared_settings, webhook_secret=SecretStr(SECRET))


@pytest.fixture
async def database(settings: PaymentSettings) -> AsyncIterator[Database]:
    door = Database(
        settings.database_url.get_secret_value(),
        settings.system_database_url.get_secret_value(),
        system_connections=6,
    )
    await door.open()
    yield door
    await door.close()


@pytest.fixture
async def actions(settings: PaymentSettings, database: Database) -> AsyncIterator[Actions]:
    """All actions on the local provider, without the background."""
    actions = assemble(settings, database)
    yield actions
    await actions.provider.close()


@pytest.fixture
async def stand() -> AsyncIterator[LemonStand]:
    """A server that answers as Lemon Squeezy's."""
    async with open_stand() as stand:
        yield stand


@pytest.fixture
async def squeezy(
    settings: PaymentSettings, database: Database, stand: LemonStand
) -> AsyncIterator[Actions]:
    """All actions on Lemon Squeezy's adapter, without the background."""
    actions = assemble(stand.chosen_in(settings), database)
    yield actions
    await actions.provider.close()


@pytest.fixture
async def client(settings: PaymentSettings, tokens: TokenPress) -> AsyncIterator[httpx.AsyncClient]:
    """The whole service, with its background."""
    app = create_app(settings)
    app.state.verifier = TokenVerifier(tokens.key, issuer=ISSUER, audience=AUDIENCE)
    async with calling(app) as client:
        yield client


@pytest.fixture
def person(environment_database: EnvironmentDatabase) -> UUID:
    return add_person(environment_database)


@pytest.fixture
def admin_headers(environment_database: EnvironmentDatabase, tokens: TokenPress) -> dict[str, str]:
    return tokens.headers(add_person(environment_database, role="admin"), "admin")


@pytest.fixture
def shop(actions: Actions, database: Database, person: UUID) -> Shop:
    """A person's purchases, told by webhooks."""
    return Shop(actions, database, person)
