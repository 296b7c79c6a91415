"""News of jobs on their way to those who watch: one capped stream for an environment.

Steps come from workers, the stages of a job's life from the generation service after its commit.
Nothing here is the record: what is lost or cut off is told again from PostgreSQL. `lua/prelude.lua`
says how many entries are kept, and for how long.

Previews are not in the stream: 20,000 entries of 8 KiB would be 160 MiB, and every process would
read what hardly anybody watches. The latest one of a running job has a key of its own for some
seconds (`preview:<id>`); news that has one says so (`PROMISE`), and it is fetched for jobs that are
watched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from redis.asyncio import Redis

from services.contracts.events import EventKind, JobNews, ProgressNews
from services.dispatch.claims import Claim
from services.dispatch.connection import LONGEST_BLOCK_S
from services.dispatch.scripts import Scripts, answer

START = "0-0"
# In the body of a step's news: a preview may be had. Nothing else in there looks like it.
PROMISE = '"preview":""'
Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news as it was read; `body` is its JSON, which nobody here reads."""

    entry_id: str
    user_id: str
    job_id: str
    kind: str
    attempt: int
    body: str

    @property
    def promises_preview(self) -> bool:
        """Whether `NewsStream.previews` may have one of its job."""
        return self.kind == EventKind.PROGRESS and PROMISE in self.body


class Reporter:
    """The writing end."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def announce(self, told: Sequence[tuple[UUID, JobNews]]) -> None:
        """Tell the owners, by their ids, what happened to their jobs."""
        if told:
            await self._scripts.run(
                "announce", *(part for user_id, news in told for part in _parts(user_id, news))
            )

    async def step(self, claim: Claim, news: ProgressNews) -> bool:
        """Tell how far a job is; False, and nothing is told, when its lease was lost."""
        body = news.model_dump_json(exclude={"preview"})
        told: list[str | int] = [str(claim.job.id), claim.token, news.attempt]
        told += [f"{body[:-1]},{PROMISE}}}", news.preview] if news.preview else [body]
        return bool(await self._scripts.run("report", *told))


class NewsStream:
    """The reading end: each process reads everything once, from wherever it wants."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._key = f"{prefix}:news"

    async def read(
        self, after: str, count: int = 1_000, timeout_s: float = LONGEST_BLOCK_S
    ) -> list[Entry]:
        """What came after an entry, oldest first; waits up to `timeout_s` for the first."""
        block_ms = max(1, int(min(timeout_s, LONGEST_BLOCK_S) * 1000))
        reply = await answer(self._redis.xread({self._key: after}, count=count, block=block_ms))
        streams = cast("list[tuple[str, list[tuple[str, Fields]]]]", list(reply or ()))
        return [_entry(entry_id, fields) for _, rows in streams for entry_id, fields in rows]

    async def previews(self, job_ids: Sequence[str]) -> dict[str, str]:
        """The latest previews of those of the jobs that have one, by id."""
        if not job_ids:
            return {}
        keys = [f"{self._prefix}:preview:{job_id}" for job_id in job_ids]
        found = await answer(self._redis.mget(keys))
        return {job_id: text for job_id, text in zip(job_ids, found, strict=True) if text}

    async def last(self) -> str:
        """The newest entry's id; `START` when there is none."""
        rows = await answer(self._redis.xrevrange(self._key, count=1))
        return str(rows[0][0]) if rows else START


def _parts(user_id: UUID, news: JobNews) -> tuple[str | int, ...]:
    return (str(user_id), str(news.job_id), news.kind.value, news.attempt, news.model_dump_json())


def _entry(entry_id: str, fields: Fields) -> Entry:
    return Entry(
        entry_id, fields["user"], fields["job"], fields["kind"], int(fields["attempt"]),
        fields["body"],
    )  # fmt: skip
