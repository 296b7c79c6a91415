"""GET under guard: redirects are followed by hand, each hop is checked like the first address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from services.model.adapters.guard import GuardedTransport, Policy, Resolve, resolve
from services.model.faults import InstallFault, PassingFault

MOST_REDIRECTS = 5
PLAIN = {"Accept-Encoding": "identity", "User-Agent": "pingvas-model"}


class GuardedClient:
    """One client for the hub and for all downloads. `patience_s` bounds each wait for bytes."""

    def __init__(
        self, policy: Policy, *, patience_s: float = 30.0, resolver: Resolve = resolve
    ) -> None:
        self._policy = policy
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(policy, resolver),
            timeout=httpx.Timeout(patience_s, connect=min(10.0, patience_s)),
            trust_env=False,
            headers=PLAIN,
        )

    async def aclose(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    @asynccontextmanager
    async def open(
        self, address: str, headers: Mapping[str, str], token: str = ""
    ) -> AsyncIterator[httpx.Response]:
        """The answer at the end of the redirects, its body unread. `token` stays with its host."""
        url, home = self._policy.check(address), ""
        for _ in range(MOST_REDIRECTS + 1):
            home = home or url.host
            known = {"Authorization": f"Bearer {token}"} if token and url.host == home else {}
            request = self._client.build_request("GET", url, headers={**headers, **known})
            response = await self._send(request)
            try:
                if response.next_request is None:
                    yield response
                    return
                url = self._policy.check(str(response.next_request.url))
            finally:
                await response.aclose()
        raise InstallFault("model.too_many_redirects", "The address leads on and on.")

    async def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._client.send(request, stream=True)
        except httpx.TransportError as away:
            raise unreachable(away) from away


def unreachable(error: Exception) -> PassingFault:
    """The network's own exception by its kind alone: its words may hold an address."""
    return PassingFault(
        "model.source_unreachable", f"The source does not answer ({type(error).__name__})."
    )


def refuse_status(response: httpx.Response) -> None:
    """Raise for anything that is no success, told apart by what may pass."""
    status = response.status_code
    if status in {401, 403}:
        raise InstallFault(
            "model.source_closed",
            f"The source answers {status}: it asks for a token or for its licence to be accepted.",
        )
    if status in {404, 410}:
        raise InstallFault("model.source_missing", "The source has no such repository or file.")
    if status == 429 or status >= 500:
        raise PassingFault("model.source_unreachable", f"The source answers {status}.")
    if status not in {200, 206}:
        raise InstallFault("model.source_odd", f"The source answers {status}.")
