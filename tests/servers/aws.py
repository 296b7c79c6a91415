"""An AWS that answers on loopback: moto's server, for what it implements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest.mock import patch

from pingvas_cli.adapters.aws_session import AwsSession
from tests.servers.ports import free_port

CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "not-a-secret",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
}
REGION: Final = "us-east-1"
ACCOUNT: Final = "123456789012"
"""The account that moto plays."""


@contextmanager
def moto() -> Iterator[AwsSession]:
    """A session with an account that holds nothing but what AWS makes itself."""
    from moto.server import ThreadedMotoServer

    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    try:
        with patch.dict("os.environ", CREDENTIALS):
            session = AwsSession(REGION, f"http://127.0.0.1:{port}")
            _forget(session)
            yield session
    finally:
        server.stop()


def client(session: AwsSession, service: str) -> Any:
    """A client to seed the account with."""
    return session.client(service)


def _forget(session: AwsSession) -> None:
    """Servers in one process share their memory."""
    import httpx

    httpx.post(f"{session.endpoint}/moto-api/reset").raise_for_status()
