"""What has to go, as the system sees it: rows first to be named, and at last to be deleted."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.gallery.repository.statements import SQL
from services.kernel.db import Row, SystemConnection


async def forget_purged_people(system: SystemConnection) -> None:
    """Make everything of people whose account was purged due at once."""
    await system.execute(SQL.forget_images)
    await system.execute(SQL.forget_uploads)
    await system.execute(SQL.forget_exports)
    await system.execute(SQL.forget_shares)
    await system.execute(SQL.forget_albums)


async def list_images(system: SystemConnection, removed_image_days: int, limit: int) -> list[Row]:
    """Pictures that were removed longer ago than they can be restored."""
    params = {"removed_image_days": removed_image_days, "limit": limit}
    return await system.fetch_all(SQL.list_images_to_purge, **params)


async def purge_images(
    system: SystemConnection, ids: Sequence[UUID], removed_image_days: int
) -> None:
    """Delete rows whose objects are gone."""
    params = {"ids": list(ids), "removed_image_days": removed_image_days}
    await system.execute(SQL.purge_images, **params)


async def list_uploads(system: SystemConnection, limit: int) -> list[Row]:
    """Uploads that ended so long ago that no job can be waiting for them."""
    return await system.fetch_all(SQL.list_uploads_to_purge, limit=limit)


async def purge_uploads(system: SystemConnection, ids: Sequence[UUID]) -> None:
    """Delete rows whose objects are gone."""
    await system.execute(SQL.purge_uploads, ids=list(ids))


async def list_exports(system: SystemConnection, limit: int) -> list[Row]:
    """Archives that have expired."""
    return await system.fetch_all(SQL.list_exports_to_purge, limit=limit)


async def purge_exports(system: SystemConnection, ids: Sequence[UUID]) -> None:
    """Delete rows whose objects are gone."""
    await system.execute(SQL.purge_exports, ids=list(ids))


async def purge_shares(system: SystemConnection) -> None:
    """Delete links that ended a month ago."""
    await system.execute(SQL.purge_shares)


async def list_jobs(system: SystemConnection, limit: int) -> list[Row]:
    """Failed and cancelled jobs that may have left objects behind."""
    return await system.fetch_all(SQL.list_jobs_to_purge, limit=limit)


async def list_handovers(system: SystemConnection, limit: int) -> list[Row]:
    """Jobs that succeeded, though not at the first attempt: an earlier one may have handed over."""
    return await system.fetch_all(SQL.list_handovers_to_purge, limit=limit)


async def list_recorded_keys(system: SystemConnection, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a picture has."""
    rows = await system.fetch_all(SQL.list_recorded_keys, object_keys=list(keys))
    return {row["object_key"] for row in rows}


async def record_purged_jobs(system: SystemConnection, ids: Sequence[UUID]) -> None:
    """Remember that nothing is left of them but recorded pictures."""
    await system.execute(SQL.record_purged_jobs, ids=list(ids))


async def list_people(system: SystemConnection, after_id: UUID, limit: int) -> list[Row]:
    """`id`, `tier` of people, by id."""
    return await system.fetch_all(SQL.list_people_to_expire, after_id=after_id, limit=limit)


async def expire_images(system: SystemConnection, days: Mapping[UUID, int]) -> int:
    """Remove pictures that are older than their owner's tier keeps them; how many."""
    params = {"user_ids": list(days), "days": list(days.values())}
    return await system.execute(SQL.expire_images, **params)
