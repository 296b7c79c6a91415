"""GitHub: OAuth 2.0 with PKCE; who it is and which address is proven, its API tells."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx

from services.user.adapters.json_over_http import fetch
from services.user.adapters.pkce import challenge_of
from services.user.errors import ProviderRefused
from services.user.ports.identity_provider import Arrival, Claim, Journey
from services.user.provider_terms import GitHubTerms

ACCEPT = "application/vnd.github+json"


class GitHubProvider:
    """GitHub, or a GitHub Enterprise Server."""

    def __init__(self, terms: GitHubTerms, http: httpx.AsyncClient) -> None:
        self._terms = terms
        self._http = http

    async def address(self, journey: Journey) -> str:
        """Where to send the browser."""
        query = {
            "client_id": self._terms.client_id,
            "redirect_uri": journey.redirect_uri,
            "scope": "read:user user:email",
            "state": journey.state,
            "code_challenge": challenge_of(journey.code_verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._terms.site}/login/oauth/authorize?{urlencode(query)}"

    async def identify(self, journey: Journey, arrival: Arrival) -> Claim:
        """Redeem the code, then ask who it is and which of the addresses is the proven, main one.

        The access token is used for that and forgotten.
        """
        token = await self._redeem(journey, arrival)
        headers = {"Authorization": f"Bearer {token}", "Accept": ACCEPT}
        person = await fetch(self._http, "GET", f"{self._terms.api}/user", headers=headers)
        mails = await fetch(self._http, "GET", f"{self._terms.api}/user/emails", headers=headers)
        if not isinstance(person, dict) or not isinstance(person.get("id"), int):
            raise ProviderRefused
        name = person.get("name") or person.get("login") or ""
        return Claim(str(person["id"]), _proven(mails), str(name))

    async def _redeem(self, journey: Journey, arrival: Arrival) -> str:
        answer = await fetch(
            self._http,
            "POST",
            f"{self._terms.site}/login/oauth/access_token",
            headers={"Accept": "application/json"},
            data={
                "client_id": self._terms.client_id,
                "client_secret": self._terms.client_secret.get_secret_value(),
                "code": arrival.code,
                "redirect_uri": journey.redirect_uri,
                "code_verifier": journey.code_verifier,
            },
        )
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token.isprintable():
            raise ProviderRefused  # GitHub answers errors with 200
        return token


def _proven(mails: Any) -> str | None:  # noqa: ANN401 - JSON
    for mail in mails if isinstance(mails, list) else []:
        if isinstance(mail, dict) and mail.get("primary") is True and mail.get("verified") is True:
            return str(mail.get("email"))
    return None
