"""streaq: streams and coredis; three priorities, a hundred jobs at once."""

import asyncio
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = str(Path(__file__).parent)
sys.path = [folder for folder in sys.path if folder != HERE]  # its name is this file's
library: Any = import_module("streaq")
sys.path.append(HERE)
shared: Any = import_module("shared")

logging.disable(logging.ERROR)
worker = library.Worker(
    redis_url=shared.arguments()[0],
    queue_name="bench",
    priorities=["low", "middle", "high"],
    concurrency=100,
    idle_timeout=2,
    handle_signals=False,
)


async def run(number: int, padding: str) -> None:
    await shared.Job.run(number, padding)


job: Any = worker.task(name="job", ttl=0)(run)


async def put(number: int, padding: str) -> None:
    await job.enqueue(number, padding)


async def put_many(jobs: Sequence[tuple[int, str]]) -> None:
    await worker.enqueue_many([job.enqueue(*each) for each in jobs])


async def main() -> None:
    if shared.arguments()[1] in ("single", "batch", "send"):
        async with worker:
            await shared.play(shared.Peer(put, worker.run_async, put_many))
    else:
        await shared.play(shared.Peer(put, worker.run_async, put_many))


if __name__ == "__main__":
    asyncio.run(main())
