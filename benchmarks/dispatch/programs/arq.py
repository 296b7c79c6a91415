"""arq: a sorted set of jobs, polled each half second as arq does unless it is told otherwise; five
attempts, a hundred jobs at once.

`POLL_S` asks for another pace: each 10 ms it is two to three times as fast and takes a job far
sooner, and asks Redis a hundred times a second when there is nothing to do.
"""

import asyncio
import logging
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = str(Path(__file__).parent)
sys.path = [folder for folder in sys.path if folder != HERE]  # its name is this file's
connections: Any = import_module("arq.connections")
workers: Any = import_module("arq.worker")
sys.path.append(HERE)
shared: Any = import_module("shared")

logging.disable(logging.ERROR)
SETTINGS = connections.RedisSettings.from_dsn(shared.arguments()[0])
POOL: list[Any] = []


async def job(_: object, number: int, padding: str) -> None:
    await shared.Job.run(number, padding)


async def connect() -> None:
    POOL.append(await connections.create_pool(SETTINGS))


async def put(number: int, padding: str) -> None:
    await POOL[0].enqueue_job("job", number, padding)


async def serve() -> None:
    worker = workers.Worker(
        [workers.func(job, name="job")],
        redis_pool=POOL[0],
        max_jobs=100,
        poll_delay=float(os.environ.get("POLL_S", "0.5")),
        keep_result=0,
        job_timeout=2,
        handle_signals=False,
    )
    await worker.async_run()


if __name__ == "__main__":
    asyncio.run(shared.play(shared.Peer(put, serve, open=connect)))
