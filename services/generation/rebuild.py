"""`python -m services.generation.rebuild`: after the loss of Redis, the queue from the record.

The service does the same by itself when it finds the loss; this is for those who won't wait for it.
"""

import asyncio
import json
import sys
import time

from services.dispatch.connection import connect
from services.dispatch.queue import Queue
from services.dispatch.wholeness import Wholeness
from services.generation.actions.rebuild_queue import RebuildQueue
from services.generation.settings import GenerationSettings
from services.kernel.db import Database


def main() -> None:
    """Put every open job back; tells how many and how long as JSON."""
    began = time.monotonic()
    put_back = asyncio.run(_rebuild(GenerationSettings.from_environment()))
    told = {"put_back": put_back, "seconds": round(time.monotonic() - began, 3)}
    sys.stdout.write(json.dumps(told) + "\n")


async def _rebuild(settings: GenerationSettings) -> int:
    redis = connect(settings.redis_url.get_secret_value())
    database = Database(
        settings.database_url.get_secret_value(), settings.system_database_url.get_secret_value()
    )
    queue = Queue(redis, settings.environment)
    wholeness = Wholeness(redis, settings.environment)
    await database.open()
    try:
        return await RebuildQueue(database, queue, wholeness, settings).run()
    finally:
        await database.close()
        await redis.aclose()


if __name__ == "__main__":
    main()
