"""Rows of the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.kernel.db import Row, SystemConnection, TenantConnection
from services.kernel.sql import load
from services.model.schemas.checkpoints import Change, Manifest

SQL = load("services.model")


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; None: not at all. `words`: a part of the name."""

    kind: str | None = None
    base: str | None = None
    ability: str | None = None
    words: str | None = None
    state: str = "ready"


async def list_checkpoints(
    tenant: TenantConnection, filters: Filters, *, every: bool, after: str | None, limit: int
) -> list[Row]:
    """By name; those that are off or going only when `every`."""
    return await tenant.fetch_all(
        SQL.list_checkpoints,
        all=every,
        state=filters.state,
        kind=filters.kind,
        base=filters.base,
        ability=filters.ability,
        words=filters.words,
        after=after,
        limit=limit,
    )


async def find_checkpoint(tenant: TenantConnection, name: str) -> Row | None:
    """Whatever its state."""
    return await tenant.fetch_one(SQL.find_checkpoint, name=name)


async def save_checkpoint(system: SystemConnection, name: str, manifest: Manifest) -> Row | None:
    """Make it or bring it up to date; None while it is being removed."""
    values = {**manifest.model_dump(), "name": name}
    return await system.fetch_one(SQL.save_checkpoint, **values)


async def change_checkpoint(system: SystemConnection, name: str, change: Change) -> Row | None:
    """What an operator decides; None when there is no such checkpoint on offer."""
    return await system.fetch_one(SQL.change_checkpoint, name=name, **change.model_dump())


async def lock_name(system: SystemConnection, name: str) -> None:
    """Until the transaction ends nobody else begins to install or remove this name."""
    await system.fetch_one(SQL.lock_name, name=name)


async def begin_removal(system: SystemConnection, name: str) -> Row | None:
    """Take it from the offer; None when there is none or it is being installed."""
    return await system.fetch_one(SQL.begin_removal, name=name)


async def list_removals(system: SystemConnection, grace_s: float) -> Sequence[str]:
    """Names whose removal began long enough ago for every submit to have ended."""
    rows = await system.fetch_all(SQL.list_removals, grace_s=grace_s)
    return [row["name"] for row in rows]


async def count_open_jobs(system: SystemConnection, name: str) -> int:
    """Jobs that still need it, as checkpoint or as LoRA."""
    return int((await system.fetch_only(SQL.count_open_jobs, name=name))["open"])


async def cancel_open_jobs(system: SystemConnection, name: str) -> int:
    """Ask for their end; the generation service's sweep sees to it."""
    return await system.execute(SQL.cancel_open_jobs, name=name)


async def end_removal(system: SystemConnection, name: str) -> None:
    """Its files are gone."""
    await system.execute(SQL.end_removal, name=name)


async def list_prefetched(system: SystemConnection) -> Sequence[str]:
    """Names that workers should have at hand."""
    return [row["name"] for row in await system.fetch_all(SQL.list_prefetched)]
