"""Token confusion: no operation of any service opens for a token that is not quite right."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.kernel.access import ALGORITHM, TYPE
from services.user.access import SigningKey
from tests.servers.people import AUDIENCE, TokenPress, add_person
from tests.servers.saas import Saas
from tests.services.fuzz.documents import Operation, operations

pytestmark = pytest.mark.integration
PLACEHOLDER = str(uuid4())


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def claims(saas: Saas, **changes: Any) -> dict[str, Any]:
    """Those of an administrator's token."""
    now = int(time.time())
    user_id = str(add_person(saas.database, role="admin"))
    right = {
        "iss": saas.tokens.issuer, "aud": AUDIENCE, "sub": user_id, "role": "admin", "tier": "pro",
        "iat": now, "exp": now + 600, "jti": uuid4().hex, "sid": str(uuid4()),
    }  # fmt: skip
    return {**right, **changes}


def signed(saas: Saas, headers: dict[str, Any] | None = None, **changes: Any) -> str:
    """Signed with the right key."""
    key = saas.tokens.key
    told = {"kid": key.key_id, "typ": TYPE, **(headers or {})}
    return jwt.encode(claims(saas, **changes), key.private, ALGORITHM, told)


def unsigned(saas: Saas) -> str:
    header = {"alg": "none", "typ": TYPE, "kid": saas.tokens.key.key_id}
    return f"{part(header)}.{part(claims(saas))}."


def keyed_with_the_public_key(saas: Saas) -> str:
    """HS256, with the published key taken for a shared secret."""
    key = saas.tokens.key
    header = {"alg": "HS256", "typ": TYPE, "kid": key.key_id}
    body = f"{part(header)}.{part(claims(saas))}"
    public = key.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    mac = hmac.digest(public, body.encode(), hashlib.sha256)
    return f"{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def of_another_key(saas: Saas) -> str:
    stranger = SigningKey(Ed25519PrivateKey.generate())
    told = {"kid": saas.tokens.key.key_id, "typ": TYPE}
    return jwt.encode(claims(saas), stranger.private, ALGORITHM, told)


def strange_tokens(saas: Saas) -> dict[str, str]:
    """Each is wrong in one way."""
    right = signed(saas)
    head, body, signature = right.split(".")
    stranger = TokenPress(issuer=saas.tokens.issuer).token(uuid4(), "admin")
    return {
        "alg none": unsigned(saas),
        "the public key as a secret": keyed_with_the_public_key(saas),
        "another key under our id": of_another_key(saas),
        "another key under its own id": stranger,
        "key inside the token": signed(saas, {"jwk": {"kty": "OKP"}, "kid": "theirs"}),
        "for prod": signed(saas, aud="pingvas-prod"),
        "for nobody": signed(saas, aud=[]),
        "another issuer": signed(saas, iss="http://evil.example"),
        "expired": signed(saas, exp=int(time.time()) - 5),
        "not yet issued": signed(saas, iat=int(time.time()) + 3600),
        "an ID token": signed(saas, {"typ": "JWT"}),
        "another person's claims": f"{head}.{part(claims(saas))}.{signature}",
        "cut off": f"{head}.{body}.",
        "an unknown API key": f"pv_dev_abcdefgh_{'A' * 40}",
        "nonsense": "x",
    }


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """One client for all: making one takes longer than a request."""
    with httpx.Client() as client:
        yield client


@pytest.fixture(scope="module")
def secured(saas: Saas) -> list[Operation]:
    """Every operation that asks who is calling."""
    return [each for each in operations(saas) if each.is_secured]


def ask(http: httpx.Client, saas: Saas, operation: Operation, headers: dict[str, str]) -> int:
    path = operation.path
    for name in operation.names:
        path = path.replace(f"{{{name}}}", PLACEHOLDER)
    url = f"{saas.url(operation.service)}{path}"
    return http.request(operation.method, url, headers=headers).status_code


def test_the_right_token_opens(saas: Saas) -> None:
    headers = {"Authorization": f"Bearer {signed(saas)}"}
    assert httpx.get(f"{saas.url('user')}/v1/users/me", headers=headers).status_code == 200


def test_no_operation_opens_for_a_strange_token(
    http: httpx.Client, saas: Saas, secured: list[Operation]
) -> None:
    assert {each.service for each in secured} == set(saas.programs)
    opened = [
        f"{operation} answered {status} to a token that was: {what}"
        for what, token in strange_tokens(saas).items()
        for operation in secured
        if (status := ask(http, saas, operation, {"Authorization": f"Bearer {token}"})) != 401
    ]
    assert opened == []


def test_no_operation_opens_without_a_token(
    http: httpx.Client, saas: Saas, secured: list[Operation]
) -> None:
    assert [str(each) for each in secured if ask(http, saas, each, {}) != 401] == []
