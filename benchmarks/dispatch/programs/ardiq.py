"""ArdiQ: Rust core, Redis streams; three lanes by priority, retries and dead letters on; a hundred
jobs at once.
"""

import asyncio
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = str(Path(__file__).parent)
sys.path = [folder for folder in sys.path if folder != HERE]  # its name is this file's
app_of: Any = import_module("ardiq").Ardiq
sys.path.append(HERE)
shared: Any = import_module("shared")

app = app_of(
    redis_url=shared.arguments()[0],
    queue_name="bench",
    priorities=["high", "middle", "low"],
    concurrency=100,
    idle_timeout_ms=2_000,
)
LANES = ("high", "middle", "low")


async def run(number: int, padding: str) -> None:
    await shared.Job.run(number, padding)


job: Any = app.task(name="job", max_retries=3)(run)


async def put(number: int, padding: str) -> None:
    await job.enqueue(number, padding)


async def put_many(jobs: Sequence[tuple[int, str]]) -> None:
    await app.enqueue_many([job.prepare(*each) for each in jobs])


if __name__ == "__main__":
    asyncio.run(shared.play(shared.Peer(put, app.run, put_many)))
