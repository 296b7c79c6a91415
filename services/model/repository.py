"""Rows of the model service, in and out."""

from services.kernel.db import Row, SystemConnection, TenantConnection
from services.kernel.sql import load
from services.model.schemas import Manifest

SQL = load(__package__)


async def list_checkpoints(
    tenant: TenantConnection, *, every: bool, after: str | None, limit: int
) -> list[Row]:
    """By name; those switched off only when `every`."""
    return await tenant.fetch_all(SQL.list_checkpoints, all=every, after=after, limit=limit)


async def find_checkpoint(tenant: TenantConnection, name: str) -> Row | None:
    """Switched on or off."""
    return await tenant.fetch_one(SQL.find_checkpoint, name=name)


async def save_checkpoint(system: SystemConnection, name: str, manifest: Manifest) -> Row:
    """Make it or bring it up to date."""
    values = {**manifest.model_dump(), "name": name}
    return await system.fetch_only(SQL.save_checkpoint, **values)
