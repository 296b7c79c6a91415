"""The model service's addresses."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from services.contracts.checkpoints import NAME_PATTERN
from services.kernel.access import Admin, SignedIn
from services.kernel.pagination import Page, PageAsked
from services.model.actions.read_checkpoints import ReadCheckpoints
from services.model.actions.register_checkpoint import RegisterCheckpoint
from services.model.schemas import Checkpoint, Manifest

router = APIRouter(prefix="/v1/checkpoints", tags=["checkpoints"])

Name = Annotated[str, Path(pattern=NAME_PATTERN)]


async def _read(request: Request) -> ReadCheckpoints:
    return ReadCheckpoints(request.app.state.database)


async def _register(request: Request) -> RegisterCheckpoint:
    return RegisterCheckpoint(request.app.state.database)


@router.get("")
async def list_checkpoints(
    caller: SignedIn, paging: PageAsked, read: Annotated[ReadCheckpoints, Depends(_read)]
) -> Page[Checkpoint]:
    """Checkpoints on offer, by name; administrators see those switched off too."""
    return await read.page(caller, paging)


@router.get("/{name}")
async def get_checkpoint(
    name: Name, caller: SignedIn, read: Annotated[ReadCheckpoints, Depends(_read)]
) -> Checkpoint:
    """One checkpoint."""
    return await read.one(caller, name)


@router.put("/{name}")
async def put_checkpoint(
    name: Name,
    manifest: Manifest,
    _admin: Admin,
    register: Annotated[RegisterCheckpoint, Depends(_register)],
) -> Checkpoint:
    """Register a checkpoint, or bring its entry up to date. For administrators."""
    return await register.run(name, manifest)
