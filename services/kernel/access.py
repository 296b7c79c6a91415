"""Who is calling: access tokens verified against published keys, and the two door-keepers.

Tokens are EdDSA JWTs; the algorithm, issuer and audience are fixed, never read from the token.
This room must not issue tokens and must not read the database.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.kernel.errors import Problem, may_raise

ALGORITHM = "EdDSA"
TYPE = "at+jwt"  # RFC 9068: no other kind of token opens a door
REFETCH_AFTER_S = 10.0
REMEMBERED_TOKENS = 10_000

Role = Literal["user", "admin"]


@dataclass(frozen=True, slots=True)
class Caller:
    """The person behind a request."""

    user_id: UUID
    role: Role
    tier: str


class TokenRefused(Problem):
    """The access token is malformed, foreign, expired or signed by an unknown key."""

    code, status = "access.token_refused", 401
    title = "The access token is not valid; sign in again"


class KeysUnavailable(Problem):
    """The published keys cannot be read now."""

    code, status, title = "access.keys_unavailable", 503, "Sign-in cannot be checked now"

    def __init__(self) -> None:
        super().__init__(retry_after_s=2)


class SignInRequired(Problem):
    """The request names nobody."""

    code, status, title = "access.sign_in_required", 401, "Sign in first"


class AdminRequired(Problem):
    """The caller is not an administrator."""

    code, status, title = "access.admin_required", 403, "Only an administrator may do this"


class KeySource(Protocol):
    """Where public keys come from: over HTTP, or the user service's own."""

    async def find(self, key_id: str) -> Ed25519PublicKey | None:
        """The key of that id, or None."""


class PublishedKeys:
    """Keys of a JWKS address; fetched again when an unknown id appears, but not in a flood."""

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self._url = url
        self._client = client
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def find(self, key_id: str) -> Ed25519PublicKey | None:
        """The key of that id, asking the address when it is not known yet."""
        if key_id not in self._keys:
            async with self._fetching:
                if key_id not in self._keys and self._may_fetch():
                    await self._fetch()
        return self._keys.get(key_id)

    def _may_fetch(self) -> bool:
        return time.monotonic() - self._fetched_at >= REFETCH_AFTER_S

    async def _fetch(self) -> None:
        try:
            answer = await self._client.get(self._url)
            answer.raise_for_status()
            self._keys = read_keys(answer.json())
        except (httpx.HTTPError, ValueError, KeyError, jwt.PyJWTError) as away:
            raise KeysUnavailable from away
        self._fetched_at = time.monotonic()


def read_keys(document: dict[str, Any]) -> dict[str, Ed25519PublicKey]:
    """The Ed25519 signing keys of a JWKS document, by key id; others are passed over."""
    keys = {}
    for entry in document["keys"]:
        if entry.get("crv") == "Ed25519" and entry.get("kid"):
            key = jwt.PyJWK(entry, ALGORITHM).key
            if isinstance(key, Ed25519PublicKey):
                keys[entry["kid"]] = key
    return keys


class TokenVerifier:
    """Turns a token into a caller; a verified token is remembered until it expires."""

    def __init__(self, keys: KeySource, *, issuer: str, audience: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._verified: OrderedDict[str, tuple[Caller, float]] = OrderedDict()

    async def verify(self, token: str) -> Caller:
        """The caller of a valid token; raises `TokenRefused` or `KeysUnavailable`."""
        remembered = self._verified.get(token)
        if remembered is not None and remembered[1] > time.time():
            return remembered[0]
        caller, expires_at = await self._read(token)
        self._verified[token] = (caller, expires_at)
        if len(self._verified) > REMEMBERED_TOKENS:
            self._verified.popitem(last=False)
        return caller

    async def _read(self, token: str) -> tuple[Caller, float]:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.find(str(header.get("kid")))
            if key is None or header.get("typ") != TYPE:
                raise TokenRefused
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                options={"require": ["iss", "aud", "exp", "iat", "sub", "role", "tier"]},
            )
            return _caller(claims), float(claims["exp"])
        except (jwt.PyJWTError, ValueError) as refused:
            raise TokenRefused from refused


def _caller(claims: dict[str, Any]) -> Caller:
    role: Role = "admin" if claims["role"] == "admin" else "user"
    return Caller(UUID(claims["sub"]), role, str(claims["tier"]))


BEARER = HTTPBearer(auto_error=False, description="Access token of POST /v1/auth/sign-in")


@may_raise(SignInRequired, TokenRefused, KeysUnavailable)
async def signed_in(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
) -> Caller:
    """The caller of this request, or a refusal with 401."""
    if credentials is None:
        raise SignInRequired
    verifier: TokenVerifier = request.app.state.verifier
    return await verifier.verify(credentials.credentials)


SignedIn = Annotated[Caller, Depends(signed_in)]


@may_raise(AdminRequired)
async def administrator(caller: SignedIn) -> Caller:
    """The caller when an administrator, or a refusal with 403."""
    if caller.role != "admin":
        raise AdminRequired
    return caller


Admin = Annotated[Caller, Depends(administrator)]
