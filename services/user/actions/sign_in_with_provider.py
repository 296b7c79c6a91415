"""Sign in by way of a provider: leave with a state, come back with a code, redeem it for a session.

Everything on the way is bound to the browser that began, by a secret in its cookie, and to the
provider that it was sent to; each step works once. Tokens never stand in an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from services.kernel.db import Database
from services.user.actions.count_attempts import Attempt, CountAttempts
from services.user.actions.link_identity import LinkIdentity
from services.user.actions.open_session import OpenedSession, OpenSession
from services.user.client import Client
from services.user.errors import ProviderRefused, ProviderUnknown
from services.user.language import Language
from services.user.ports.identity_provider import Arrival, IdentityProvider, Journey
from services.user.random_tokens import hash_of, new_token
from services.user.repository import identities, people
from services.user.repository.identities import Begun

AWAY_SECONDS = 600
CODE_SECONDS = 60


@dataclass(frozen=True)
class Departure:
    """Where to send the browser, and the secret that it keeps."""

    address: str
    browser: str


@dataclass(frozen=True)
class Redirect:
    """Where to send it when it is back: a page of ours, with the code behind the `#`."""

    address: str


@dataclass(frozen=True)
class SignInWithProvider:
    """`begin`, `complete` and `redeem`, in this order."""

    database: Database
    providers: Mapping[str, IdentityProvider]
    attempts: CountAttempts
    link: LinkIdentity
    opening: OpenSession
    links_to: str

    async def begin(self, provider: str, return_to: str, client: Client) -> Departure:
        """Raises `ProviderUnknown`, `ProviderUnavailable` or `TooManyAttempts`."""
        await self.attempts.charge(Attempt.of_request("provider", client))
        state, browser = new_token(), new_token()
        journey = Journey(state, new_token(), new_token(), self._redirect_uri(provider))
        address = await self._provider(provider).address(journey)
        async with self.database.system() as connection:
            await identities.begin_provider_sign_in(
                connection,
                state_hash=hash_of(state),
                browser_hash=hash_of(browser),
                provider=provider,
                begun=Begun(journey.nonce, journey.code_verifier, return_to),
                lifetime_seconds=AWAY_SECONDS,
            )
        return Departure(address, browser)

    async def complete(
        self, provider: str, *, state: str, browser: str, arrival: Arrival, language: Language
    ) -> Redirect:
        """Raises `ProviderRefused` for anything that this browser did not begin there."""
        chosen = self._provider(provider)
        async with self.database.system() as connection:
            begun = await identities.take_provider_sign_in(
                connection,
                state_hash=hash_of(state),
                browser_hash=hash_of(browser),
                provider=provider,
            )
        if begun is None:
            raise ProviderRefused
        journey = Journey(state, begun.nonce, begun.code_verifier, self._redirect_uri(provider))
        claim = await chosen.identify(journey, arrival)
        user_id = await self.link.run(provider, claim, language)
        code = new_token()
        async with self.database.system() as connection:
            await people.lock_person(connection, user_id)
            if user_id != await identities.find_identity(
                connection, provider=provider, subject=claim.subject
            ):
                raise ProviderRefused  # the owner shut others out meanwhile
            await identities.complete_provider_sign_in(
                connection,
                state_hash=hash_of(state),
                user_id=user_id,
                code_hash=hash_of(code),
                lifetime_seconds=CODE_SECONDS,
            )
        return Redirect(f"{self.links_to}{begun.return_to}#sign_in_code={code}")

    async def redeem(self, code: str, *, browser: str, client: Client) -> OpenedSession:
        """A session; raises `ProviderRefused`."""
        async with self.database.system() as connection:
            user_id = await identities.redeem_provider_sign_in(
                connection, code_hash=hash_of(code), browser_hash=hash_of(browser)
            )
            account = await people.find_account(connection, user_id) if user_id else None
            if account is None or not account.is_open:
                raise ProviderRefused
            return await self.opening.run(
                connection, account.person, family_id=uuid4(), client=client
            )

    def _provider(self, name: str) -> IdentityProvider:
        if name not in self.providers:
            raise ProviderUnknown
        return self.providers[name]

    def _redirect_uri(self, provider: str) -> str:
        return f"{self.links_to}/v1/auth/providers/{provider}/callback"
