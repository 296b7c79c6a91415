"""Workers are told which checkpoints to keep at hand, from the catalogue, again and again."""

from __future__ import annotations

from uuid import uuid4

from services.dispatch.connection import connect
from services.dispatch.queue import Queue
from services.kernel.db import Database
from services.model.actions.change_checkpoint import ChangeCheckpoint
from services.model.actions.register_checkpoint import RegisterCheckpoint
from services.model.background.rounds import Advising
from services.model.schemas.checkpoints import Change, Manifest
from tests.services.model.conftest import ADMIN
from tests.services.model.test_service import MANIFEST


async def test_what_is_marked_and_on_offer_is_advised(database: Database, redis_url: str) -> None:
    names = [f"c-{uuid4().hex}" for _ in range(3)]
    for name in names:
        await RegisterCheckpoint(database).run(ADMIN, name, Manifest(**MANIFEST))
    change = ChangeCheckpoint(database)
    await change.run(ADMIN, names[0], Change(prefetch=True))
    await change.run(ADMIN, names[1], Change(prefetch=True, enabled=False))
    redis = connect(redis_url)
    queue = Queue(redis, f"test-{uuid4().hex}")
    await Advising(database, queue).turn()
    assert await queue.advised() == [names[0]]
    await change.run(ADMIN, names[0], Change(prefetch=False))
    await Advising(database, queue).turn()
    assert await queue.advised() == []
    await redis.aclose()
