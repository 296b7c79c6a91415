"""Pictures that people brought. A row whose object is not stored yet is past its expiry."""

from typing import Any
from uuid import UUID

from services.gallery.repository.statements import SQL, Before
from services.kernel.db import Row, TenantConnection


async def add_upload(tenant: TenantConnection, at_most: int, **values: Any) -> bool:  # noqa: ANN401
    """Announce one, not to be used yet. False when there are too many."""
    return await tenant.fetch_one(SQL.add_upload, at_most=at_most, **values) is not None


async def open_upload(tenant: TenantConnection, upload_id: UUID, lifetime_s: int) -> Row:
    """The stored one, which may be used from now on."""
    params = {"upload_id": upload_id, "lifetime_s": lifetime_s}
    return await tenant.fetch_only(SQL.open_upload, **params)


async def close_upload(tenant: TenantConnection, upload_id: UUID) -> bool:
    """End its use; a purge takes it. False when there was none."""
    return await tenant.execute(SQL.close_upload, upload_id=upload_id) == 1


async def list_uploads(tenant: TenantConnection, before: Before, limit: int) -> list[Row]:
    """Newest first."""
    params = {"upload_id": None, "limit": limit, **before.params()}
    return await tenant.fetch_all(SQL.list_uploads, **params)


async def find_upload(tenant: TenantConnection, upload_id: UUID) -> Row | None:
    """One that may be used."""
    params = {"upload_id": upload_id, "limit": 1, **Before().params()}
    return await tenant.fetch_one(SQL.list_uploads, **params)
