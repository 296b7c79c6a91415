"""Where one is signed in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.kernel.app import Connected
from services.kernel.errors import problems
from services.user.actions.manage_sessions import ManageSessions
from services.user.errors import SessionUnknown
from services.user.routes.parts import Present
from services.user.schemas.sessions import Session, Sessions

router = APIRouter(prefix="/v1/sessions", tags=["sessions"])


async def _manage(database: Connected) -> ManageSessions:
    return ManageSessions(database)


Managing = Annotated[ManageSessions, Depends(_manage)]


@router.get("")
async def list_sessions(caller: Present, managing: Managing) -> Sessions:
    """Your sign-ins that can be renewed, last used first."""
    found = [Session.model_validate(each) for each in await managing.list(caller)]
    return Sessions(
        items=[
            each.model_copy(update={"is_current": each.id == caller.session_id}) for each in found
        ]
    )


@router.delete("", status_code=204)
async def end_other_sessions(caller: Present, managing: Managing) -> None:
    """End all your sign-ins but the one that asks."""
    await managing.end_others(caller)


@router.delete("/{session_id}", status_code=204, responses=problems(SessionUnknown))
async def end_session(session_id: UUID, caller: Present, managing: Managing) -> None:
    """End one of your sign-ins; its access token lives for its last minutes elsewhere."""
    await managing.end(caller, session_id)
