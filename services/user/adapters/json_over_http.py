"""JSON from a provider over HTTP: whatever goes wrong there is one of two problems."""

from __future__ import annotations

from typing import Any

import httpx

from services.user.errors import ProviderRefused, ProviderUnavailable

PATIENCE_S = 10.0
LARGEST_ANSWER_BYTES = 1_048_576


def client() -> httpx.AsyncClient:
    """A client that follows no redirects: secrets go only where the terms say."""
    return httpx.AsyncClient(timeout=PATIENCE_S, follow_redirects=False)


async def fetch(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    **options: Any,  # noqa: ANN401 - passed on to httpx
) -> Any:  # noqa: ANN401 - JSON
    """The answer's JSON; raises `ProviderRefused` for a 4xx, `ProviderUnavailable` for the rest."""
    try:
        async with http.stream(method, url, **options) as answer:
            if answer.is_client_error:
                raise ProviderRefused
            if not answer.is_success:
                raise ProviderUnavailable
            return await _json(answer)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise ProviderUnavailable from None


async def _json(answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    content = b""
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > LARGEST_ANSWER_BYTES:
            raise ProviderUnavailable
    try:
        return httpx.Response(200, content=content).json()
    except ValueError:
        raise ProviderUnavailable from None
