"""Show what is on offer."""

from dataclasses import dataclass

from services.kernel.access import Caller
from services.kernel.db import Database, Row
from services.kernel.pagination import Page, Paging, cut, decode
from services.model.access import may_see, may_use, sees_all
from services.model.errors import CheckpointNotFound
from services.model.repository import checkpoints
from services.model.repository.checkpoints import Filters
from services.model.schemas.checkpoints import Checkpoint


@dataclass(frozen=True)
class ReadCheckpoints:
    """One by name, or page by page in the order of names."""

    database: Database

    async def one(self, caller: Caller, name: str) -> Checkpoint:
        """Raises CheckpointNotFound, for one the caller may not see too."""
        async with self.database.tenant(caller.user_id) as tenant:
            row = await checkpoints.find_checkpoint(tenant, name)
        if row is None or not may_see(caller, row):
            raise CheckpointNotFound
        return view(caller, row)

    async def page(self, caller: Caller, filters: Filters, paging: Paging) -> Page[Checkpoint]:
        """The checkpoints of a page."""
        (after,) = decode(paging.cursor, str)
        async with self.database.tenant(caller.user_id) as tenant:
            rows = await checkpoints.list_checkpoints(
                tenant, filters, every=sees_all(caller), after=after, limit=paging.limit + 1
            )
        kept, cursor = cut(rows, paging.limit, "name")
        return Page(items=[view(caller, row) for row in kept], next_cursor=cursor)


def view(caller: Caller, row: Row) -> Checkpoint:
    """A row as this caller sees it."""
    return Checkpoint.model_validate({**row, "usable": may_use(caller, row)})
