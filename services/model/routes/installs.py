"""The addresses of installations: ordered, followed, cancelled, and fed with uploads."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.requests import ClientDisconnect

from services.kernel.access import Admin
from services.kernel.app import Connected
from services.kernel.errors import problems
from services.kernel.pagination import Page, PageAsked
from services.model.actions.follow_installs import CancelInstall, FollowInstalls
from services.model.actions.receive_upload import ReceiveUpload
from services.model.actions.request_install import RequestInstall
from services.model.errors import (
    CheckpointBeingRemoved,
    DiskFull,
    InstallEnded,
    InstallNotFound,
    InstallUnderWay,
    ShelfMissing,
    SourceRefused,
    UploadBusy,
    UploadNotAwaited,
    UploadOffsetWrong,
    UploadTooLong,
)
from services.model.schemas.checkpoints import LARGEST_SIZE_BYTES
from services.model.schemas.installs import Install, InstallRequest, InstallState
from services.model.settings import ModelSettings

router = APIRouter(prefix="/v1/installs", tags=["installs"])
RAW_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


async def _request(request: Request) -> RequestInstall:
    state = request.app.state
    settings: ModelSettings = state.settings
    has_shelf = settings.checkpoints_dir is not None
    return RequestInstall(state.database, state.policy.check, state.bell.set, has_shelf)


async def _receive(request: Request) -> ReceiveUpload:
    state = request.app.state
    settings: ModelSettings = state.settings
    most = settings.largest_checkpoint_bytes
    return ReceiveUpload(state.database, settings.checkpoints_dir, most, state.bell.set)


async def _body(request: Request) -> AsyncIterator[bytes]:
    """Until its end, or until the caller hangs up: what came is kept, and nobody hears the rest."""
    with suppress(ClientDisconnect):
        async for chunk in request.stream():
            yield chunk


@router.post(
    "",
    status_code=202,
    responses=problems(SourceRefused, InstallUnderWay, CheckpointBeingRemoved, ShelfMissing),
)
async def request_install(
    wanted: InstallRequest, admin: Admin, order: Annotated[RequestInstall, Depends(_request)]
) -> Install:
    """Install a checkpoint or LoRA from a hub, an address or an upload. For administrators.

    Only safetensors are taken. What lies under the name before is served until the new one is
    whole, and stays when the installation fails.
    """
    return await order.run(admin, wanted)


@router.get("")
async def list_installs(
    _admin: Admin,
    paging: PageAsked,
    database: Connected,
    state: Annotated[InstallState | None, Query(description="Only those in a state.")] = None,
) -> Page[Install]:
    """Installations, newest first. For administrators."""
    return await FollowInstalls(database).page(state, paging)


@router.get("/{install_id}", responses=problems(InstallNotFound))
async def get_install(install_id: UUID, _admin: Admin, database: Connected) -> Install:
    """One installation and how far it is. For administrators."""
    return await FollowInstalls(database).one(install_id)


@router.post(
    "/{install_id}/cancel", status_code=202, responses=problems(InstallNotFound, InstallEnded)
)
async def cancel_install(install_id: UUID, _admin: Admin, database: Connected) -> Install:
    """Stop an installation and delete what it fetched; a running one stops within a second or two.

    For administrators. One that is putting its files in place is done before it could stop.
    """
    return await CancelInstall(database).run(install_id)


@router.put(
    "/{install_id}/content",
    openapi_extra=RAW_BODY,
    max_body_size=LARGEST_SIZE_BYTES,  # the installation's own size is the bound
    responses=problems(
        InstallNotFound,
        UploadNotAwaited,
        UploadOffsetWrong,
        UploadBusy,
        UploadTooLong,
        ShelfMissing,
        DiskFull,
    ),
)
async def upload_content(
    install_id: UUID,
    request: Request,
    _admin: Admin,
    receive: Annotated[ReceiveUpload, Depends(_receive)],
    upload_offset: Annotated[
        int, Header(ge=0, le=LARGEST_SIZE_BYTES, description="How many bytes lie here already.")
    ] = 0,
) -> Install:
    """Send the bytes of an upload, in one request or in several. For administrators.

    After a break go on at `done_bytes` of the installation, told in the header `Upload-Offset`.
    """
    return await receive.run(install_id, upload_offset, _body(request))
