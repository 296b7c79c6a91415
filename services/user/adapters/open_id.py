"""OpenID Connect: discovery, authorization code with PKCE, and a verified ID token.

The algorithm is chosen from our list, never by the token alone; issuer, audience, nonce and times
are checked, and the issuer that a browser brings back (RFC 9207) against mix-ups.
"""

from __future__ import annotations

import hmac
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt

from services.user.adapters.json_over_http import fetch
from services.user.adapters.pkce import challenge_of
from services.user.errors import ProviderRefused, ProviderUnavailable
from services.user.ports.identity_provider import Arrival, Claim, Journey
from services.user.provider_terms import OpenIdTerms

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
KEPT_S = 3_600.0
REFETCH_AFTER_S = 10.0
LEEWAY_S = 30
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]


@dataclass(frozen=True)
class Discovered:
    """What the provider's discovery document says, and when we read it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    tells_issuer: bool
    read_at: float


class OpenIdProvider:
    """One issuer; its documents are kept for an hour."""

    def __init__(self, terms: OpenIdTerms, http: httpx.AsyncClient) -> None:
        self._terms = terms
        self._http = http
        self._discovered: Discovered | None = None
        self._keys: dict[str, jwt.PyJWK] = {}
        self._keys_read_at = float("-inf")

    async def address(self, journey: Journey) -> str:
        """Where to send the browser."""
        found = await self._discover()
        query = {
            "response_type": "code",
            "client_id": self._terms.client_id,
            "redirect_uri": journey.redirect_uri,
            "scope": "openid email profile",
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": challenge_of(journey.code_verifier),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in found.authorization_endpoint else "?"
        return f"{found.authorization_endpoint}{joint}{urlencode(query)}"

    async def identify(self, journey: Journey, arrival: Arrival) -> Claim:
        """Redeem the code and read the ID token."""
        found = await self._discover()
        if arrival.issuer is None and found.tells_issuer:
            raise ProviderRefused
        if arrival.issuer is not None and arrival.issuer != found.issuer:
            raise ProviderRefused
        answer = await fetch(
            self._http, "POST", found.token_endpoint, data=self._grant(journey, arrival)
        )
        token = answer.get("id_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise ProviderRefused
        claims = await self._verified(token, found.issuer)
        if not hmac.compare_digest(str(claims["nonce"]).encode(), journey.nonce.encode()):
            raise ProviderRefused
        return _claim(claims)

    def _grant(self, journey: Journey, arrival: Arrival) -> dict[str, str]:
        return {
            "grant_type": "authorization_code",
            "code": arrival.code,
            "redirect_uri": journey.redirect_uri,
            "client_id": self._terms.client_id,
            "client_secret": self._terms.client_secret.get_secret_value(),
            "code_verifier": journey.code_verifier,
        }

    async def _verified(self, token: str, issuer: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._key(str(header.get("kid", "")))
            if header.get("alg") not in ALGORITHMS or header["alg"] != key.algorithm_name:
                raise ProviderRefused
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=issuer,
                audience=self._terms.client_id,
                leeway=LEEWAY_S,
                options={"require": REQUIRED},
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            raise ProviderRefused from None
        if claims.get("azp", self._terms.client_id) != self._terms.client_id:
            raise ProviderRefused
        return claims

    async def _key(self, key_id: str) -> jwt.PyJWK:
        age_s = time.monotonic() - self._keys_read_at
        if age_s > KEPT_S or (key_id not in self._keys and age_s > REFETCH_AFTER_S):
            document = await fetch(self._http, "GET", (await self._discover()).jwks_uri)
            self._keys = _keys(document)
            self._keys_read_at = time.monotonic()
        if key_id not in self._keys:
            raise ProviderRefused
        return self._keys[key_id]

    async def _discover(self) -> Discovered:
        known = self._discovered
        if known is None or time.monotonic() - known.read_at > KEPT_S:
            url = f"{self._terms.issuer}/.well-known/openid-configuration"
            known = _discovered(await fetch(self._http, "GET", url), self._terms.issuer)
            self._discovered = known
        return known


def _discovered(document: Any, issuer: str) -> Discovered:  # noqa: ANN401 - JSON
    try:
        if document["issuer"].rstrip("/") != issuer:  # another issuer's document
            raise ProviderUnavailable
        found = Discovered(
            issuer=str(document["issuer"]),
            authorization_endpoint=str(document["authorization_endpoint"]),
            token_endpoint=str(document["token_endpoint"]),
            jwks_uri=str(document["jwks_uri"]),
            tells_issuer=document.get("authorization_response_iss_parameter_supported") is True,
            read_at=time.monotonic(),
        )
    except (KeyError, TypeError, AttributeError):
        raise ProviderUnavailable from None
    used = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
    if issuer.startswith("https://") and not all(each.startswith("https://") for each in used):
        raise ProviderUnavailable
    return found


def _keys(document: Any) -> dict[str, jwt.PyJWK]:  # noqa: ANN401 - JSON
    """The asymmetric keys of a JWKS document by id; what cannot be read is passed over."""
    entries = document.get("keys") if isinstance(document, dict) else None
    found = {}
    for entry in entries if isinstance(entries, list) else []:
        try:
            key = jwt.PyJWK(entry)
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            continue
        if key.algorithm_name in ALGORITHMS and key.public_key_use in (None, "sig"):
            found[str(key.key_id or "")] = key
    return found


def _claim(claims: dict[str, Any]) -> Claim:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise ProviderRefused
    email = claims.get("email") if claims.get("email_verified") is True else None
    return Claim(subject, email if isinstance(email, str) else None, str(claims.get("name") or ""))
