"""Rows of installations."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from services.kernel.db import Row, SystemConnection
from services.model.repository.checkpoints import SQL


async def add(system: SystemConnection, values: Mapping[str, object]) -> Row | None:
    """None when the name is being installed or removed."""
    return await system.fetch_one(SQL.add_install, **values)


async def find(system: SystemConnection, install_id: UUID) -> Row | None:
    """Whatever its state."""
    return await system.fetch_one(SQL.find_install, id=install_id)


async def find_open(system: SystemConnection, name: str) -> Row | None:
    """The installation of a name that has not ended."""
    return await system.fetch_one(SQL.find_open_install, name=name)


async def list_page(
    system: SystemConnection, *, state: str | None, after: tuple[object, object], limit: int
) -> list[Row]:
    """Newest first."""
    created_at, install_id = after
    return await system.fetch_all(
        SQL.list_installs, state=state, created_at=created_at, id=install_id, limit=limit
    )


async def cancel(system: SystemConnection, install_id: UUID) -> Row | None:
    """None when it has ended or does not exist."""
    return await system.fetch_one(SQL.cancel_install, id=install_id)


async def note_upload(system: SystemConnection, install_id: UUID, done_bytes: int) -> Row | None:
    """So many bytes lie here; with the last one the installation may begin."""
    return await system.fetch_one(SQL.note_upload, id=install_id, done_bytes=done_bytes)


async def claim(system: SystemConnection, replica: str, lease_s: float) -> Row | None:
    """The oldest that nobody works on, for one replica alone."""
    return await system.fetch_one(SQL.claim_install, replica=replica, lease_s=lease_s)


async def beat(
    system: SystemConnection, claim: Mapping[str, object], progress: Mapping[str, object]
) -> Row | None:
    """Keep the claim and tell how far it is; None when it is somebody else's."""
    return await system.fetch_one(SQL.beat_install, **claim, **progress)


async def pin_revision(system: SystemConnection, claim: Mapping[str, object], to: str) -> None:
    """Later attempts take the same state of the source."""
    await system.execute(SQL.pin_revision, id=claim["id"], replica=claim["replica"], revision=to)


@dataclass(frozen=True)
class Again:
    """When an installation is taken up again, and what is known by then.

    `progressed`: it brought bytes, so the count of its attempts begins anew.
    """

    rest_s: float
    progressed: bool
    done_bytes: int
    error_code: str | None = None
    error_detail: str | None = None


async def retry(system: SystemConnection, claim: Mapping[str, object], again: Again) -> None:
    """Give it back, to be taken again after a rest."""
    await system.execute(
        SQL.retry_install, id=claim["id"], replica=claim["replica"], **asdict(again)
    )


async def end(
    system: SystemConnection,
    claim: Mapping[str, object],
    state: str,
    error: tuple[str | None, str | None] = (None, None),
) -> bool:
    """Done, failed or cancelled; False when it is somebody else's."""
    touched = await system.execute(
        SQL.end_install,
        id=claim["id"],
        replica=claim["replica"],
        state=state,
        error_code=error[0],
        error_detail=error[1],
    )
    return touched == 1


async def list_open(system: SystemConnection) -> Sequence[UUID]:
    """Ids of all that have not ended."""
    return [row["id"] for row in await system.fetch_all(SQL.list_open_installs)]


async def end_forgotten_uploads(system: SystemConnection) -> int:
    """Those whose bytes stopped coming a day ago."""
    return await system.execute(SQL.end_forgotten_uploads)
