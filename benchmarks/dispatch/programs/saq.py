"""saq: a list and a hash of jobs; three attempts. Ten jobs at once, as it comes: more is slower."""

import asyncio
import logging
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = str(Path(__file__).parent)
sys.path = [folder for folder in sys.path if folder != HERE]  # its name is this file's
library: Any = import_module("saq")
sys.path.append(HERE)
shared: Any = import_module("shared")

logging.disable(logging.ERROR)
queue = library.Queue.from_url(shared.arguments()[0], name="bench")


async def job(_: object, *, number: int, padding: str) -> None:
    await shared.Job.run(number, padding)


async def put(number: int, padding: str) -> None:
    await queue.enqueue("job", number=number, padding=padding, retries=3, ttl=-1, timeout=2)


async def serve() -> None:
    worker = library.Worker(queue, [("job", job)], concurrency=10, timers={"sweep": 1})
    await worker.start()


if __name__ == "__main__":
    asyncio.run(shared.play(shared.Peer(put, serve, open=queue.connect)))
