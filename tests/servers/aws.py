"""AWS on this machine: moto's server, with what it lacks of the calls that pingvas makes.

It reads no conditions of bucket policies; those on transport are taken as met.
Its answers to ModifyUser have the shape that AWS documents; it keeps the passwords' number only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest.mock import patch

import pytest

from pingvas_cli.adapters.aws_session import AwsSession

ACCOUNT: Final = "123456789012"
"""The account that moto plays."""
REGION: Final = "us-east-1"
CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "not-a-secret",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
}


@contextmanager
def aws() -> Iterator[str]:
    """The address of an empty AWS."""
    moto = pytest.importorskip("moto.server", reason="moto is not installed")
    _complete()
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        reset(address)
        yield address
    finally:
        server.stop()


@contextmanager
def moto() -> Iterator[AwsSession]:
    """A session with an empty AWS; this process has its credentials meanwhile."""
    with aws() as address, patch.dict("os.environ", CREDENTIALS):
        yield session(address)


def reset(address: str) -> None:
    """Make it empty again."""
    import httpx

    httpx.post(f"{address}/moto-api/reset").raise_for_status()


def session(address: str, region: str = REGION) -> AwsSession:
    return AwsSession(region, address)


def _complete() -> None:
    """Teach moto ModifyUser, and that a refusal of old TLS is none to who speaks TLS."""
    from moto.core.responses import ActionResult
    from moto.elasticache.responses import ElastiCacheResponse
    from moto.s3.models import FakeBucket

    def modify_user(self: Any) -> Any:
        asked = self._get_params()
        user = self.elasticache_backend.users[asked["UserId"]]
        mode = asked.get("AuthenticationMode") or {}
        user.access_string = asked.get("AccessString") or user.access_string
        user.passwords = mode.get("Passwords", [])
        user.no_password_required = False
        user.authentication_type = mode.get("Type", user.authentication_type)
        return ActionResult(user)

    responses: Any = ElastiCacheResponse
    buckets: Any = FakeBucket
    if not hasattr(responses, "modify_user"):
        responses.modify_user = modify_user
        buckets.get_permission = _spared(buckets.get_permission)


def _spared(judge: Callable[..., Any]) -> Callable[..., Any]:
    """A judge of policies that holds no statement on transport against a caller."""

    def get_permission(self: Any, action: str, resource: str) -> Any:
        kept = self.policy
        if kept is not None:
            found = json.loads(kept)
            found["Statement"] = [e for e in found["Statement"] if not _on_transport(e)]
            self.policy = json.dumps(found).encode() if found["Statement"] else None
        try:
            return judge(self, action, resource)
        finally:
            self.policy = kept

    return get_permission


def _on_transport(statement: dict[str, Any]) -> bool:
    named = json.dumps(statement.get("Condition", {}))
    return "aws:SecureTransport" in named or "s3:TlsVersion" in named
