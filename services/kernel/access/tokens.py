"""Access tokens: EdDSA JWTs of one issuer for one audience; none of that is read from the token."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import jwt

from services.kernel.access.caller import Caller, Role, TokenRefused
from services.kernel.access.memory import Memory
from services.kernel.access.published_keys import ALGORITHM, KeySource

TYPE = "at+jwt"  # RFC 9068: no other kind of token opens a door
LONGEST_TOKEN = 4_096
TRUSTED_FOR_S = 60.0
REQUIRED = ("iss", "aud", "exp", "iat", "sub", "role", "tier")


class TokenVerifier:
    """Turns a token into a caller.

    A verified token is remembered for a minute, never longer than it lives: after that its key
    must still be published.
    """

    def __init__(self, keys: KeySource, *, issuer: str, audience: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._verified: Memory[Caller] = Memory()

    async def verify(self, token: str) -> Caller:
        """The caller of a valid token; raises `TokenRefused` or `KeysUnavailable`."""
        now = time.time()
        remembered = self._verified.recall(token, now)
        if remembered is not None:
            return remembered
        caller, expires_at = await self._read(token)
        self._verified.keep(token, caller, min(expires_at, now + TRUSTED_FOR_S))
        return caller

    async def _read(self, token: str) -> tuple[Caller, float]:
        if len(token) > LONGEST_TOKEN:
            raise TokenRefused
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
                options={"require": list(REQUIRED)},
            )
            return _caller(claims), float(claims["exp"])
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as refused:
            raise TokenRefused from refused


def _caller(claims: dict[str, Any]) -> Caller:
    role: Role = "admin" if claims["role"] == "admin" else "user"
    session = UUID(claims["sid"]) if "sid" in claims else None
    return Caller(
        UUID(claims["sub"]),
        role,
        str(claims["tier"]),
        session_id=session,
        expires_at=float(claims["exp"]),
    )
