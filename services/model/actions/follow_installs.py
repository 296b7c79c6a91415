"""See how installations go, and cancel one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kernel.db import Database
from services.kernel.pagination import Page, Paging, cut, decode
from services.model.errors import InstallEnded, InstallNotFound
from services.model.repository import installs
from services.model.schemas.installs import Install


@dataclass(frozen=True)
class FollowInstalls:
    """One by id, or page by page, newest first."""

    database: Database

    async def one(self, install_id: UUID) -> Install:
        """Raises InstallNotFound."""
        async with self.database.system() as system:
            row = await installs.find(system, install_id)
        if row is None:
            raise InstallNotFound
        return Install.model_validate(row)

    async def page(self, state: str | None, paging: Paging) -> Page[Install]:
        """The installations of a page, of one state or of all."""
        after = decode(paging.cursor, datetime.fromisoformat, UUID)
        async with self.database.system() as system:
            rows = await installs.list_page(
                system, state=state, after=(after[0], after[1]), limit=paging.limit + 1
            )
        kept, cursor = cut(rows, paging.limit, "created_at", "id")
        return Page(items=[Install.model_validate(row) for row in kept], next_cursor=cursor)


@dataclass(frozen=True)
class CancelInstall:
    """What a running one has fetched goes too; what lay there before stays."""

    database: Database

    async def run(self, install_id: UUID) -> Install:
        """Raises InstallNotFound, InstallEnded."""
        async with self.database.system() as system:
            row = await installs.cancel(system, install_id)
            known = row or await installs.find(system, install_id)
        if known is None:
            raise InstallNotFound
        if row is None:
            raise InstallEnded
        return Install.model_validate(row)
