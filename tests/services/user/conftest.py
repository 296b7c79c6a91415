"""The user service, called through its whole edge, and a mailbox that its letters end in."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from fastapi import FastAPI

from services.kernel.db import Database
from services.user.main import create_app
from services.user.passwords import Passwords
from services.user.settings import UserSettings
from tests.servers.people import TokenPress
from tests.services.user.visitors import Mailbox, Visitor

CHEAP: Mapping[str, int] = {"time_cost": 1, "memory_cost_kib": 64}


@pytest.fixture
def signing_key_file(tmp_path: Path, tokens: TokenPress) -> Path:
    """The test run's signing key as the file that a bootstrap writes."""
    path = tmp_path / "signing.pem"
    path.touch(0o600)
    path.write_bytes(
        tokens.key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


@pytest.fixture
def settings(shared_settings: dict[str, Any], signing_key_file: Path) -> UserSettings:
    """Without mail: letters are sent by the mailbox, when a test looks into it."""
    return UserSettings(signing_key_file=signing_key_file, **shared_settings)


@pytest.fixture
async def app(settings: UserSettings) -> AsyncIterator[FastAPI]:
    app = quick(create_app(settings))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def mailbox(database: Database, tmp_path: Path) -> Mailbox:
    return Mailbox(database, tmp_path / "mail")


Arrive = Callable[..., Visitor]


@pytest.fixture
async def arrive(app: FastAPI, mailbox: Mailbox) -> AsyncIterator[Arrive]:
    """Makes visitors; each comes from a network address of its own unless it is given one."""
    async with AsyncExitStack() as stack:

        def arrive(address: str | None = None, user_agent: str = "tests") -> Visitor:
            transport = httpx.ASGITransport(app, client=(address or new_address(), 1234))
            http = httpx.AsyncClient(
                transport=transport, base_url="http://service", headers={"User-Agent": user_agent}
            )
            stack.push_async_callback(http.aclose)
            return Visitor(http, mailbox)

        yield arrive


@pytest.fixture
def visitor(arrive: Arrive) -> Visitor:
    return arrive()


def quick(app: FastAPI) -> FastAPI:
    """The application with passwords that cost nearly nothing; the parameters are code's alone."""
    app.state.passwords = Passwords(**CHEAP)
    return app


def new_address() -> str:
    """An address that no other test came from."""
    first, second, third = secrets.token_bytes(3)
    return f"10.{first}.{second}.{third}"
