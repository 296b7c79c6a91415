"""celery on Redis, acknowledged after the job; eight threads, its fastest way for short jobs."""

import asyncio
import logging
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = str(Path(__file__).parent)
sys.path = [folder for folder in sys.path if folder != HERE]  # its name is this file's
library: Any = import_module("celery")
sys.path.append(HERE)
shared: Any = import_module("shared")

logging.disable(logging.ERROR)
app = library.Celery("bench", broker=shared.arguments()[0])
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    broker_transport_options={"visibility_timeout": 2},
    worker_prefetch_multiplier=16,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
)


def run(number: int, padding: str) -> None:
    shared.Job.run_in_thread(number, padding)


job: Any = app.task(name="job", max_retries=3)(run)


async def put(number: int, padding: str) -> None:
    job.delay(number, padding)


async def serve() -> None:
    app.worker_main(["worker", "-P", "threads", "-c", "8", "-l", "CRITICAL"])


if __name__ == "__main__":
    asyncio.run(shared.play(shared.Peer(put, serve)))
