"""dramatiq on Redis, retries on; eight threads, as it comes: its async actors are slower."""

import asyncio
import logging
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = str(Path(__file__).parent)
sys.path = [folder for folder in sys.path if folder != HERE]  # its name is this file's
library: Any = import_module("dramatiq")
RedisBroker: Any = import_module("dramatiq.brokers.redis").RedisBroker
sys.path.append(HERE)
shared: Any = import_module("shared")

logging.disable(logging.ERROR)
broker = RedisBroker(url=shared.arguments()[0], namespace="bench", heartbeat_timeout=2_000)
library.set_broker(broker)


def run(number: int, padding: str) -> None:
    shared.Job.run_in_thread(number, padding)


job: Any = library.actor(actor_name="job", max_retries=3)(run)


async def put(number: int, padding: str) -> None:
    job.send(number, padding)


async def serve() -> None:
    library.Worker(broker, worker_threads=8).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(shared.play(shared.Peer(put, serve)))
