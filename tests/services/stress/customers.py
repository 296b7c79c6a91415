"""Customers who never give up: each wish is repeated until some answer came, whoever was killed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

AWAY = frozenset({500, 502, 503, 504})
REFUSED = frozenset({402, 404, 409, 429})
DICE = random.Random(20261123)  # noqa: S311 - a test's dice


@dataclass
class Customer:
    """One person: what was promised to them, and what was answered."""

    user_id: UUID
    headers: dict[str, str]
    generation_url: str
    payment_url: str
    client: httpx.AsyncClient
    promised: dict[str, str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)

    async def live(self, until: asyncio.Event, buy: Callable[[UUID], Awaitable[None]]) -> None:
        """Do something, again and again; `buy` buys credits for a person."""
        deeds: list[Callable[[], Awaitable[None]]] = [
            self.submit, self.submit_at_once, self.cancel, self.look, lambda: buy(self.user_id)
        ]  # fmt: skip
        while not until.is_set():
            deed = DICE.choices(deeds, weights=(45, 10, 30, 5, 10))[0]
            await deed()

    async def submit(self) -> None:
        """Order pictures; the same key is used until there is an answer, and once more after."""
        key = uuid4().hex
        await self.order(key)
        if DICE.random() < 0.3:
            await self.order(key)

    async def submit_at_once(self) -> None:
        """The same order three times at the same moment."""
        key = uuid4().hex
        await asyncio.gather(*(self.order(key) for _ in range(3)))

    async def cancel(self) -> None:
        """Stop one of one's latest jobs, whatever has become of it."""
        if self.promised:
            job_id = DICE.choice(list(self.promised.values())[-3:])
            await self._ask("POST", f"{self.generation_url}/v1/generations/{job_id}/cancel")

    async def look(self) -> None:
        """Nobody ever sees a balance below zero."""
        answer = await self._ask("GET", f"{self.payment_url}/v1/credits")
        assert answer.json()["balance_credits"] >= 0

    async def order(self, key: str, **changes: Any) -> bool:
        """Whether it was taken; a refusal is no."""
        wish: dict[str, Any] = {
            "checkpoint": "tiny", "prompt": "a lighthouse", "width": 64, "height": 64, "steps": 2,
            "seed": 7, "count": 1, **changes,
        }  # fmt: skip
        answer = await self._ask(
            "POST", f"{self.generation_url}/v1/generations", json=wish, key=key
        )
        if answer.status_code == 202:
            assert self.promised.setdefault(key, answer.json()["id"]) == answer.json()["id"]
        return answer.status_code == 202

    async def _ask(
        self, method: str, url: str, *, json: object = None, key: str | None = None
    ) -> httpx.Response:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        while True:
            try:
                answer = await self.client.request(method, url, json=json, headers=headers)
            except httpx.TransportError:
                self.answers["nobody there"] += 1
                await asyncio.sleep(0.1)
                continue
            self.answers[f"{method} {answer.status_code}"] += 1
            if answer.status_code not in AWAY:
                assert answer.is_success or answer.status_code in REFUSED, answer.text
                return answer
            await asyncio.sleep(0.1)
