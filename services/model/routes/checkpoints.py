"""The catalogue's addresses."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query

from services.contracts.checkpoints import NAME_PATTERN, Base, Kind
from services.kernel.access import Admin, SignedIn
from services.kernel.app import Connected
from services.kernel.errors import problems
from services.kernel.pagination import Page, PageAsked
from services.model.actions.change_checkpoint import ChangeCheckpoint
from services.model.actions.read_checkpoints import ReadCheckpoints
from services.model.actions.register_checkpoint import RegisterCheckpoint
from services.model.actions.remove_checkpoint import RemoveCheckpoint
from services.model.errors import (
    CheckpointBeingRemoved,
    CheckpointNotFound,
    InstallUnderWay,
    NameMismatch,
)
from services.model.repository.checkpoints import Filters
from services.model.schemas.checkpoints import Change, Checkpoint, Manifest

router = APIRouter(prefix="/v1/checkpoints", tags=["checkpoints"])

Name = Annotated[str, Path(pattern=NAME_PATTERN, description="A checkpoint's name.")]
Ability = Annotated[
    str | None, Query(pattern=r"^[a-z_]{1,40}$", description="Only those that can do such jobs.")
]
Words = Annotated[
    str | None, Query(pattern=r"^[a-z0-9._-]{1,100}$", description="A part of the name.")
]


async def _filters(
    kind: Annotated[Kind | None, Query(description="Only checkpoints, or only LoRAs.")] = None,
    base: Annotated[Base | None, Query(description="Only those of a base.")] = None,
    ability: Ability = None,
    q: Words = None,
    state: Annotated[
        Literal["ready", "removing", "removed"],
        Query(description="What is going or gone is shown to administrators only."),
    ] = "ready",
) -> Filters:
    return Filters(kind=kind, base=base, ability=ability, words=q, state=state)


@router.get("")
async def list_checkpoints(
    caller: SignedIn,
    paging: PageAsked,
    filters: Annotated[Filters, Depends(_filters)],
    database: Connected,
) -> Page[Checkpoint]:
    """Checkpoints on offer, by name.

    Those above your tier are shown with `usable: false`. Administrators see those switched off
    too.
    """
    return await ReadCheckpoints(database).page(caller, filters, paging)


@router.get("/{name}", responses=problems(CheckpointNotFound))
async def get_checkpoint(name: Name, caller: SignedIn, database: Connected) -> Checkpoint:
    """One checkpoint."""
    return await ReadCheckpoints(database).one(caller, name)


@router.put("/{name}", responses=problems(NameMismatch, CheckpointBeingRemoved))
async def put_checkpoint(
    name: Name, manifest: Manifest, admin: Admin, database: Connected
) -> Checkpoint:
    """Register a checkpoint from its manifest, or bring its entry up to date.

    For administrators.
    """
    return await RegisterCheckpoint(database).run(admin, name, manifest)


@router.patch("/{name}", responses=problems(CheckpointNotFound))
async def change_checkpoint(
    name: Name, change: Change, admin: Admin, database: Connected
) -> Checkpoint:
    """Switch a checkpoint on or off, change its tier or licence, or have it prefetched.

    For administrators. Jobs that were taken before keep going.
    """
    return await ChangeCheckpoint(database).run(admin, name, change)


@router.delete("/{name}", status_code=202, responses=problems(CheckpointNotFound, InstallUnderWay))
async def remove_checkpoint(
    name: Name,
    admin: Admin,
    database: Connected,
    force: Annotated[bool, Query(description="Also cancel the jobs that it waits for.")] = False,
) -> Checkpoint:
    """Take a checkpoint off the offer at once, and delete its files when its jobs have ended.

    For administrators. Jobs and images keep its name. The same again is the same removal.
    """
    return await RemoveCheckpoint(database).run(admin, name, force=force)
