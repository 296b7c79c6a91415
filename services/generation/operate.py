"""`python -m services.generation.operate WHAT`: an operator looks at the queue and acts on it.

Reads the generation service's environment. Each record is one line of JSON on stdout; exit status
0: done, 1: bad news in the records, 2: not understood, 3: Redis or the database is away.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.dispatch.claims import DeadLetter
from services.dispatch.connection import connect
from services.dispatch.errors import DispatchError
from services.dispatch.operation import Operation
from services.dispatch.queue import Queue
from services.generation.actions.retry_dead_letter import RetryDeadLetter
from services.generation.records import JobRecord
from services.generation.repository import open_jobs
from services.generation.settings import GenerationSettings
from services.kernel.db import Database, DatabaseUnavailable

DONE, BAD_NEWS, AWAY = 0, 1, 3
LOOK_EVERY_S = 0.5

Record = dict[str, Any]
News = tuple[list[Record], bool]


@dataclass(frozen=True)
class Operator:
    """Each verb gives its records, and whether they are good news."""

    database: Database
    operation: Operation
    retries: RetryDeadLetter

    async def letters(self, wish: argparse.Namespace) -> News:
        """The dead letters, newest first."""
        letters = await self.operation.dead_letters(wish.limit)
        ids = [letter.job.id for letter in letters]
        rows = {job.id: job for job, _ in await open_jobs.find_tiered(self.database, ids)}
        return [_of_letter(letter, rows.get(letter.job.id)) for letter in letters], True

    async def show(self, wish: argparse.Namespace) -> News:
        """One job: what the queue knows and what the record says. No words of its owner."""
        entry = await self.operation.entry(wish.job)
        rows = await open_jobs.find_tiered(self.database, [wish.job])
        record = _of_row(rows[0][0]) if rows else {}
        known = bool(entry or record)
        return [{"job_id": str(wish.job), "known": known, "queue": dict(entry), **record}], known

    async def retry(self, wish: argparse.Namespace) -> News:
        """Submit dead letters anew; one after the other."""
        answers = [await self.retries.run(job_id) for job_id in wish.jobs]
        records = [
            {
                "job_id": str(each.job_id),
                "answer": each.answer.value,
                "new_job_id": str(each.new_id) if each.new_id else None,
            }
            for each in answers
        ]
        return records, all(each.is_done for each in answers)

    async def counts(self, _: argparse.Namespace) -> News:
        """How many jobs are where."""
        return [asdict(await self.operation.counts())], True

    async def pause(self, _: argparse.Namespace) -> News:
        """Workers get nothing more."""
        await self.operation.pause()
        return [asdict(await self.operation.counts())], True

    async def resume(self, _: argparse.Namespace) -> News:
        """Workers get jobs again."""
        await self.operation.resume()
        return [asdict(await self.operation.counts())], True

    async def drain(self, wish: argparse.Namespace) -> News:
        """Pause, and wait until nothing runs; bad news when that takes too long."""
        await self.operation.pause()
        deadline = time.monotonic() + wish.wait_s
        counts = await self.operation.counts()
        while counts.running and time.monotonic() < deadline:
            await asyncio.sleep(LOOK_EVERY_S)
            counts = await self.operation.counts()
        return [asdict(counts)], not counts.running


def read_wish(words: Sequence[str]) -> argparse.Namespace:
    """From the command line; ends the process with usage when it is not understood."""
    parser = argparse.ArgumentParser(prog="python -m services.generation.operate")
    verbs = parser.add_subparsers(required=True, dest="verb")
    verbs.add_parser("letters").add_argument("--limit", type=int, default=100)
    verbs.add_parser("show").add_argument("job", type=UUID)
    verbs.add_parser("retry").add_argument("jobs", type=UUID, nargs="+")
    for verb in ("counts", "pause", "resume"):
        verbs.add_parser(verb)
    verbs.add_parser("drain").add_argument("--wait-s", type=float, default=0.0)
    return parser.parse_args(words)


async def operate(settings: GenerationSettings, wish: argparse.Namespace) -> News:
    """Do what is asked."""
    async with _operator(settings) as operator:
        records, is_good = await getattr(operator, wish.verb)(wish)
    return records, is_good


def main(words: Sequence[str]) -> int:
    """The exit status."""
    wish = read_wish(words)
    settings = GenerationSettings.from_environment()
    try:
        records, is_good = asyncio.run(operate(settings, wish))
    except (DispatchError, DatabaseUnavailable) as error:
        away = "Redis" if isinstance(error, DispatchError) else "the database"
        sys.stderr.write(f"queue: {away} is away\n")
        return AWAY
    for record in records:
        sys.stdout.write(json.dumps(record) + "\n")
    return DONE if is_good else BAD_NEWS


@asynccontextmanager
async def _operator(settings: GenerationSettings) -> AsyncIterator[Operator]:
    redis = connect(settings.redis_url.get_secret_value())
    database = Database(
        settings.database_url.get_secret_value(), settings.system_database_url.get_secret_value()
    )
    queue, operation = Queue(redis, settings.environment), Operation(redis, settings.environment)
    await database.open()
    try:
        retries = RetryDeadLetter(database, queue, operation, settings)
        yield Operator(database, operation, retries)
    finally:
        await database.close()
        await redis.aclose()


def _of_letter(letter: DeadLetter, job: JobRecord | None) -> Record:
    return {
        "job_id": str(letter.job.id),
        "user_id": str(letter.job.user_id),
        "checkpoint": letter.job.checkpoint,
        "kind": letter.job.kind,
        "strikes": letter.strikes,
        "since": datetime.fromtimestamp(letter.since_unix_s, UTC).isoformat(timespec="seconds"),
        "status": job.status.value if job else None,
        "error_code": job.error_code if job else None,
    }


def _of_row(job: JobRecord) -> Record:
    return {
        "user_id": str(job.user_id),
        "checkpoint": job.checkpoint,
        "kind": job.kind,
        "status": job.status.value,
        "attempt": job.attempt,
        "cost_credits": job.cost_credits,
        "error_code": job.error_code,
        "error_detail": job.error_detail,
        "queued_at": job.queued_at.isoformat(timespec="seconds"),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
