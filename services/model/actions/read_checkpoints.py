"""Show what is on offer."""

from dataclasses import dataclass

from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.pagination import Page, Paging, cut, decode
from services.model import repository
from services.model.access import may_see
from services.model.errors import CheckpointNotFound
from services.model.schemas import Checkpoint


@dataclass(frozen=True)
class ReadCheckpoints:
    """One by name, or page by page in the order of names."""

    database: Database

    async def one(self, caller: Caller, name: str) -> Checkpoint:
        """Raises CheckpointNotFound, for one the caller may not see too."""
        async with self.database.tenant(caller.user_id) as tenant:
            row = await repository.find_checkpoint(tenant, name)
        if row is None or not may_see(caller, enabled=row["enabled"]):
            raise CheckpointNotFound
        return Checkpoint.model_validate(row)

    async def page(self, caller: Caller, paging: Paging) -> Page[Checkpoint]:
        """The checkpoints of a page."""
        (after,) = decode(paging.cursor, str)
        every = may_see(caller, enabled=False)
        async with self.database.tenant(caller.user_id) as tenant:
            rows = await repository.list_checkpoints(
                tenant, every=every, after=after, limit=paging.limit + 1
            )
        kept, cursor = cut(rows, paging.limit, "name")
        return Page(items=[Checkpoint.model_validate(row) for row in kept], next_cursor=cursor)
