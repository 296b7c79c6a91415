"""taskiq with taskiq-redis: a stream with a consumer group, acknowledged after the job; a hundred
jobs at once.
"""

import asyncio
import logging
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = str(Path(__file__).parent)
sys.path = [folder for folder in sys.path if folder != HERE]  # its name is this file's
RedisStreamBroker: Any = import_module("taskiq_redis").RedisStreamBroker
run_receiver_task: Any = import_module("taskiq.api").run_receiver_task
sys.path.append(HERE)
shared: Any = import_module("shared")

logging.disable(logging.ERROR)
broker = RedisStreamBroker(shared.arguments()[0], queue_name="bench", idle_timeout=2_000)


async def run(number: int, padding: str) -> None:
    await shared.Job.run(number, padding)


job: Any = broker.task(task_name="job")(run)


async def put(number: int, padding: str) -> None:
    await job.kiq(number, padding)


async def serve() -> None:
    broker.is_worker_process = True
    await run_receiver_task(broker, max_async_tasks=100, run_startup=True)


if __name__ == "__main__":
    asyncio.run(shared.play(shared.Peer(put, serve, open=broker.startup)))
