"""What EC2 says about this machine's end: a spot interruption, or a recommendation to rebalance.

Asked of the instance metadata service, version 2: a token first, which is renewed before it ends.
Either notice starts the drain. Where there is no such service nothing is asked.
"""

import time

import httpx
import structlog

from worker.interruption import Interruption

TOKEN_PATH = "/latest/api/token"  # noqa: S105 - a path, no secret
# In this order: an interruption follows in two minutes, a rebalance may be followed by one.
NOTICES = (
    ("spot", "/latest/meta-data/spot/instance-action"),
    ("rebalance", "/latest/meta-data/events/recommendations/rebalance"),
)
EVERY_S = 5.0  # as AWS recommends
TOKEN_SECONDS = 21_600
CAUSES = frozenset(cause for cause, _ in NOTICES)
_RENEW_AFTER_S = TOKEN_SECONDS / 2
_PATIENCE_S = 2.0

log = structlog.get_logger()


class Notices:
    """Watches one metadata service; `endpoint` is http://169.254.169.254 on EC2."""

    def __init__(self, endpoint: str, interruption: Interruption, every_s: float = EVERY_S) -> None:
        self._endpoint = endpoint
        self._interruption = interruption
        self._every_s = every_s
        self._token = ""
        self._renew_at = 0.0

    async def watch(self) -> None:
        """Until a drain begins, by a notice or otherwise."""
        if not self._endpoint:
            return
        async with self._service() as client:
            while not self._interruption.is_draining:
                await self._look(client)
                await self._interruption.sleep(self._every_s)

    async def look(self) -> None:
        """Once: drain if there is a notice now."""
        if self._endpoint:
            async with self._service() as client:
                await self._look(client)

    def _service(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self._endpoint, timeout=_PATIENCE_S, trust_env=False)

    async def _look(self, client: httpx.AsyncClient) -> None:
        try:
            for cause, path in NOTICES:
                if notice := await self._ask(client, path):
                    log.warning("interruption_noticed", cause=cause, notice=notice)
                    self._interruption.drain(cause)
                    return
        except httpx.HTTPError as error:
            log.debug("metadata_away", error=type(error).__name__)

    async def _ask(self, client: httpx.AsyncClient, path: str) -> str:
        """The notice, or nothing while there is none."""
        if time.monotonic() >= self._renew_at:
            await self._renew(client)
        answer = await client.get(path, headers={"X-aws-ec2-metadata-token": self._token})
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._renew_at = 0.0
        return answer.text[:200] if answer.status_code == httpx.codes.OK else ""

    async def _renew(self, client: httpx.AsyncClient) -> None:
        wish = {"X-aws-ec2-metadata-token-ttl-seconds": str(TOKEN_SECONDS)}
        answer = (await client.put(TOKEN_PATH, headers=wish)).raise_for_status()
        self._token = answer.text
        self._renew_at = time.monotonic() + _RENEW_AFTER_S
