"""Access tokens: what is let in, what is refused, how keys are fetched."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import APIRouter

from services.kernel.access import (
    Admin,
    KeysUnavailable,
    Person,
    PublishedKeys,
    SignedIn,
    TokenRefused,
    TokenVerifier,
)
from services.kernel.access.memory import Memory
from services.kernel.app import create_service
from services.kernel.settings import ServiceSettings
from services.user.access import SigningKey
from tests.servers.application import calling
from tests.servers.people import AUDIENCE, ISSUER, TokenPress

PERSON = UUID("11111111-1111-4111-8111-111111111111")


@pytest.fixture
def verifier(tokens: TokenPress) -> TokenVerifier:
    return TokenVerifier(tokens.key, issuer=ISSUER, audience=AUDIENCE)


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()) for part in (header, claims))
    return ".".join([*(part.decode().rstrip("=") for part in parts), signature])


async def test_a_valid_token_names_its_caller(verifier: TokenVerifier, tokens: TokenPress) -> None:
    token = tokens.token(PERSON, "admin", "pro")
    for _ in range(2):
        caller = await verifier.verify(token)
        assert (caller.user_id, caller.role, caller.tier) == (PERSON, "admin", "pro")


def claims_of(tokens: TokenPress) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(tokens.token(PERSON), options={"verify_signature": False})
    return claims


def header_of(tokens: TokenPress) -> dict[str, Any]:
    return {"kid": tokens.key.key_id, "typ": "at+jwt"}


def alg_none(tokens: TokenPress) -> str:
    return unsigned({**header_of(tokens), "alg": "none"}, claims_of(tokens))


def public_key_as_secret(tokens: TokenPress) -> str:
    secret = tokens.key.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return jwt.encode(claims_of(tokens), secret, "HS256", header_of(tokens))


def another_key_same_id(tokens: TokenPress) -> str:
    return jwt.encode(claims_of(tokens), Ed25519PrivateKey.generate(), "EdDSA", header_of(tokens))


def another_kind_of_token(tokens: TokenPress) -> str:
    headers = {**header_of(tokens), "typ": "JWT"}
    return jwt.encode(claims_of(tokens), tokens.key.private, "EdDSA", headers)


def with_claims(**changes: Any) -> Callable[[TokenPress], str]:
    """A well signed token with other claims; None leaves one out."""

    def forge(tokens: TokenPress) -> str:
        claims = {**claims_of(tokens), **changes}
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, tokens.key.private, "EdDSA", header_of(tokens))

    return forge


REFUSED: list[Callable[[TokenPress], str]] = [
    alg_none,
    public_key_as_secret,
    another_key_same_id,
    another_kind_of_token,
    *(with_claims(**{name: None}) for name in ("iss", "aud", "exp", "iat", "sub", "role", "tier")),
    with_claims(sub="not an id"),
    with_claims(sid="not an id"),
    with_claims(sid=7),
    lambda tokens: tokens.token(PERSON) + "x" * 4_096,
    with_claims(iat=int(time.time()) + 3_600),
    with_claims(aud=["pingvas-prod", "pingvas-staging"]),
    lambda tokens: TokenPress(tokens.key, audience="pingvas-prod").token(PERSON),
    lambda tokens: TokenPress(tokens.key, issuer="http://elsewhere").token(PERSON),
    lambda tokens: TokenPress(tokens.key, lifetime_seconds=-1).token(PERSON),
    lambda _: TokenPress().token(PERSON),
    lambda tokens: tokens.token(PERSON)[:-3],
    lambda _: "nonsense",
    lambda _: "",
    lambda _: unsigned({"alg": "EdDSA", "kid": ["x"]}, {}),
]


@pytest.mark.parametrize("forge", REFUSED)
async def test_a_forged_foreign_or_old_token_is_refused(
    verifier: TokenVerifier, tokens: TokenPress, forge: Callable[[TokenPress], str]
) -> None:
    with pytest.raises(TokenRefused):
        await verifier.verify(forge(tokens))


async def test_a_remembered_token_still_expires(
    verifier: TokenVerifier, tokens: TokenPress
) -> None:
    token = TokenPress(tokens.key, lifetime_seconds=2).token(PERSON)
    await verifier.verify(token)
    await asyncio.sleep(2.01)
    with pytest.raises(TokenRefused):
        await verifier.verify(token)


class Publisher:
    """An address that publishes keys and counts how often it is asked."""

    def __init__(self, *keys: SigningKey) -> None:
        self.keys = list(keys)
        self.asked = 0
        self.status = 200

    def __call__(self, _request: httpx.Request) -> httpx.Response:
        self.asked += 1
        entries = [published_entry(key) for key in self.keys]
        return httpx.Response(self.status, json={"keys": [{"kty": "RSA"}, *entries]})


def published_entry(key: SigningKey) -> dict[str, str]:
    raw = base64.urlsafe_b64encode(key.public.public_bytes_raw()).decode().rstrip("=")
    return {"kty": "OKP", "crv": "Ed25519", "x": raw, "kid": key.key_id, "use": "sig"}


def new_key() -> SigningKey:
    return SigningKey(Ed25519PrivateKey.generate())


async def test_keys_are_fetched_once_and_again_for_a_new_id_but_not_in_a_flood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publisher = Publisher(new_key())
    async with httpx.AsyncClient(transport=httpx.MockTransport(publisher)) as client:
        published = PublishedKeys("http://keys", client)
        assert await published.find(publisher.keys[0].key_id) is not None
        assert await published.find(publisher.keys[0].key_id) is not None
        assert publisher.asked == 1
        for _ in range(5):
            assert await published.find(uuid4().hex) is None
        assert publisher.asked == 1
        publisher.keys.append(new_key())
        real = time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: real() + 11)
        assert await published.find(publisher.keys[1].key_id) is not None
        assert publisher.asked == 2


async def test_an_old_copy_of_the_keys_is_renewed_so_that_a_withdrawn_key_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publisher = Publisher(new_key(), new_key())
    first, second = publisher.keys
    async with httpx.AsyncClient(transport=httpx.MockTransport(publisher)) as client:
        published = PublishedKeys("http://keys", client)
        assert await published.find(first.key_id) is not None
        publisher.keys.remove(first)
        real = time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: real() + 301)
        publisher.status = 500
        assert await published.find(first.key_id) is not None, "away: the known keys stay"
        publisher.status = 200
        monkeypatch.setattr(time, "monotonic", lambda: real() + 320)
        assert await published.find(first.key_id) is None
        assert await published.find(second.key_id) is not None


async def test_keys_that_cannot_be_read_are_told_and_known_keys_stay() -> None:
    publisher = Publisher(new_key())
    async with httpx.AsyncClient(transport=httpx.MockTransport(publisher)) as client:
        published = PublishedKeys("http://keys", client)
        publisher.status = 500
        with pytest.raises(KeysUnavailable):
            await published.find(publisher.keys[0].key_id)
        publisher.status = 200
        assert await published.find(publisher.keys[0].key_id) is not None


async def test_only_so_many_tokens_are_remembered_and_the_oldest_goes_first() -> None:
    memory: Memory[str] = Memory(at_most=2)
    for text in ("a", "b", "a", "c"):
        memory.keep(text, text.upper(), until=10)
    assert [memory.recall(text, now=9.9) for text in "abc"] == ["A", None, "C"]
    assert memory.recall("c", now=10) is None


async def test_a_remembered_token_ends_with_its_key(
    tokens: TokenPress, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Withdrawn:
        async def find(self, key_id: str) -> None:
            return None

    verifier = TokenVerifier(tokens.key, issuer=ISSUER, audience=AUDIENCE)
    token = tokens.token(PERSON)
    await verifier.verify(token)
    monkeypatch.setattr(verifier, "_keys", Withdrawn())
    await verifier.verify(token)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 61)
    with pytest.raises(TokenRefused):
        await verifier.verify(token)


async def test_a_token_names_its_session_and_its_end(
    verifier: TokenVerifier, tokens: TokenPress
) -> None:
    caller = await verifier.verify(with_claims(sid=str(PERSON))(tokens))
    assert (caller.session_id, caller.api_key_id) == (PERSON, None)
    assert caller.expires_at == claims_of(tokens)["exp"]


router = APIRouter()


@router.get("/v1/mine")
async def get_mine(caller: SignedIn) -> UUID:
    return caller.user_id


@router.get("/v1/people")
async def get_people(caller: Person) -> UUID:
    return caller.user_id


@router.get("/v1/all")
async def get_all(caller: Admin) -> str:
    return caller.role


@pytest.fixture
async def client(
    shared_settings: dict[str, Any], tokens: TokenPress
) -> AsyncIterator[httpx.AsyncClient]:
    settings = ServiceSettings(port=8099, **shared_settings)
    async with calling(create_service("doors", settings, [router], keys=tokens.key)) as client:
        yield client


async def test_the_doors_let_in_whom_they_should(
    client: httpx.AsyncClient, tokens: TokenPress
) -> None:
    user, admin = tokens.headers(PERSON), tokens.headers(PERSON, "admin")
    nobody = await client.get("/v1/mine")
    assert (nobody.status_code, nobody.json()["code"]) == (401, "access.sign_in_required")
    assert nobody.headers["WWW-Authenticate"] == "Bearer"
    assert (await client.get("/v1/mine", headers=user)).json() == str(PERSON)
    refused = await client.get("/v1/all", headers=user)
    assert (refused.status_code, refused.json()["code"]) == (403, "access.admin_required")
    assert (await client.get("/v1/all", headers=admin)).json() == "admin"


async def test_every_door_is_closed_to_every_bad_token(
    client: httpx.AsyncClient, tokens: TokenPress
) -> None:
    for forge in REFUSED:
        for door in ("/v1/mine", "/v1/all"):
            answer = await client.get(door, headers={"Authorization": f"Bearer {forge(tokens)}"})
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.json()["code"] in {"access.token_refused", "access.sign_in_required"}
    basic = {"Authorization": f"Basic {tokens.token(PERSON)}"}
    assert (await client.get("/v1/mine", headers=basic)).status_code == 401
