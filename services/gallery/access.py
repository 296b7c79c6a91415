"""Who may see what: people see their own pictures, which the database itself holds.

Every statement runs in the tenant's transaction; there is no path here that runs as the system.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.kernel.access import Caller
from services.kernel.db import Database, TenantConnection


@asynccontextmanager
async def own_rows(database: Database, caller: Caller) -> AsyncIterator[TenantConnection]:
    """The caller's rows, in one transaction."""
    async with database.tenant(caller.user_id) as tenant:
        yield tenant
