"""Archives: ordered and read by their owner, made by the system."""

from dataclasses import dataclass
from uuid import UUID

from services.gallery.repository.statements import SQL, Before
from services.kernel.db import Row, SystemConnection, TenantConnection


@dataclass(frozen=True)
class Ending:
    """How the making of an archive ends."""

    status: str
    image_count: int = 0
    size_bytes: int | None = None
    error_code: str | None = None


@dataclass(frozen=True)
class Claim:
    """An archive that this program makes, for as long as no other took it over."""

    export_id: UUID
    user_id: UUID
    album_id: UUID | None
    attempt: int


async def count_images(tenant: TenantConnection, album_id: UUID | None, limit: int) -> int:
    """How many pictures would be in it; counts no further than `limit`."""
    row = await tenant.fetch_only(SQL.count_export_images, album_id=album_id, limit=limit)
    return int(row["image_count"])


async def add_export(tenant: TenantConnection, user_id: UUID, album_id: UUID | None) -> UUID:
    """Its id. The database refuses a second one that is not ready."""
    row = await tenant.fetch_only(SQL.add_export, user_id=user_id, album_id=album_id)
    return UUID(str(row["id"]))


async def list_exports(tenant: TenantConnection, before: Before, limit: int) -> list[Row]:
    """Newest first."""
    params = {"export_id": None, "limit": limit, **before.params()}
    return await tenant.fetch_all(SQL.list_exports, **params)


async def find_export(tenant: TenantConnection, export_id: UUID) -> Row | None:
    """One that has not expired."""
    params = {"export_id": export_id, "limit": 1, **Before().params()}
    return await tenant.fetch_one(SQL.list_exports, **params)


async def claim_export(system: SystemConnection, lease_s: float) -> Claim | None:
    """The oldest that nobody makes."""
    row = await system.fetch_one(SQL.claim_export, lease_s=lease_s)
    return Claim(row["id"], row["user_id"], row["album_id"], row["attempt"]) if row else None


async def name_object(system: SystemConnection, claim: Claim, object_key: str) -> bool:
    """Say where it will lie, before anything does. False when another took it over."""
    params = {"export_id": claim.export_id, "attempt": claim.attempt}
    return (
        await system.fetch_one(SQL.name_export_object, object_key=object_key, **params) is not None
    )


async def extend_claim(
    system: SystemConnection, claim: Claim, lease_s: float, image_count: int
) -> bool:
    """Go on for another while. False when another took it over."""
    params = {"export_id": claim.export_id, "attempt": claim.attempt, "lease_s": lease_s}
    return await system.fetch_one(SQL.extend_export, image_count=image_count, **params) is not None


async def release_claim(system: SystemConnection, claim: Claim) -> None:
    """Let it be made again at once."""
    params = {"export_id": claim.export_id, "attempt": claim.attempt}
    await system.execute(SQL.release_export, **params)


async def finish_export(
    system: SystemConnection, claim: Claim, ending: Ending, lifetime_s: int
) -> bool:
    """End it. False when another took it over."""
    params = {"export_id": claim.export_id, "attempt": claim.attempt, "lifetime_s": lifetime_s}
    return await system.execute(SQL.finish_export, **vars(ending), **params) == 1
