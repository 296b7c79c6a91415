"""Providers that people sign in with: where to send the browser, and who came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Journey:
    """What the browser takes along (`state`) and what stays here until it is back."""

    state: str
    nonce: str
    code_verifier: str
    redirect_uri: str


@dataclass(frozen=True)
class Arrival:
    """What the browser brings back: the code, and the issuer where the provider tells it."""

    code: str
    issuer: str | None = None


@dataclass(frozen=True)
class Claim:
    """Who the provider says it is; `email` is None unless it says that the person owns it."""

    subject: str
    email: str | None
    name: str = ""


class IdentityProvider(Protocol):
    """One provider. Raises the problems `ProviderUnavailable` and `ProviderRefused`."""

    async def address(self, journey: Journey) -> str:
        """Where to send the browser."""

    async def identify(self, journey: Journey, arrival: Arrival) -> Claim:
        """Redeem the code for who it is."""
