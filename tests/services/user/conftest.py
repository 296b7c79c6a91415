"""The user service, called through its whole edge."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from services.user.main import create_app
from services.user.settings import UserSettings
from tests.servers.application import calling
from tests.servers.people import TokenPress


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
    return UserSettings(signing_key_file=signing_key_file, **shared_settings)


@pytest.fixture
async def client(settings: UserSettings) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(create_app(settings)) as client:
        yield client
