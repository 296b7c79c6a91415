"""Archives of one's pictures."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.gallery.actions.order_exports import OrderExports
from services.gallery.errors import (
    AlbumNotFound,
    ExportNotFound,
    ExportRunning,
    ExportTooLarge,
    SigningUnavailable,
)
from services.gallery.schemas.exports import Export, NewExport
from services.kernel.access import SignedIn
from services.kernel.errors import problems
from services.kernel.pagination import Page, PageAsked

router = APIRouter(prefix="/v1/exports", tags=["exports"])


async def _exports(request: Request) -> OrderExports:
    return OrderExports(request.app.state.database, request.app.state.signer)


Exports = Annotated[OrderExports, Depends(_exports)]


@router.post("", status_code=202, responses=problems(AlbumNotFound, ExportRunning, ExportTooLarge))
async def add_export(wanted: NewExport, caller: SignedIn, exports: Exports) -> Export:
    """Order an archive of an album, or of all your pictures; one at a time."""
    return await exports.add(caller, wanted.album_id)


@router.get("", responses=problems(SigningUnavailable))
async def list_exports(caller: SignedIn, paging: PageAsked, exports: Exports) -> Page[Export]:
    """Your archives that have not expired, newest first."""
    return await exports.page(caller, paging)


@router.get("/{export_id}", responses=problems(ExportNotFound, SigningUnavailable))
async def get_export(export_id: UUID, caller: SignedIn, exports: Exports) -> Export:
    """One of your archives; with `url` when it is ready."""
    return await exports.one(caller, export_id)
