"""Pictures that people bring. The body is the picture itself."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from services.gallery.actions.keep_uploads import KeepUploads
from services.gallery.errors import (
    ImageSidesRefused,
    MediaTypeRefused,
    NotAnImage,
    SigningUnavailable,
    StoreUnavailable,
    TooMany,
    UploadNotFound,
)
from services.gallery.ports.pictures import Purpose
from services.gallery.schemas.uploads import Upload
from services.kernel.access import SignedIn
from services.kernel.errors import problems
from services.kernel.pagination import Page, PageAsked

router = APIRouter(prefix="/v1/uploads", tags=["uploads"])

LARGEST_UPLOAD_BYTES = 20_971_520
MEDIA_TYPES = ("image/png", "image/jpeg", "image/webp")
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
BODY = {"requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, BINARY)}}


async def _uploads(request: Request) -> KeepUploads:
    state = request.app.state
    return KeepUploads(
        state.database, state.store, state.pictures, state.signer, state.settings.upload_lifetime_s
    )


Uploads = Annotated[KeepUploads, Depends(_uploads)]


@router.post(
    "",
    status_code=201,
    max_body_size=LARGEST_UPLOAD_BYTES,
    openapi_extra=BODY,
    responses=problems(
        MediaTypeRefused,
        NotAnImage,
        ImageSidesRefused,
        TooMany,
        StoreUnavailable,
        SigningUnavailable,
    ),
)
async def add_upload(
    request: Request,
    caller: SignedIn,
    uploads: Uploads,
    purpose: Annotated[
        Purpose, Query(description="A picture to begin from, or a mask: white is painted anew.")
    ] = Purpose.SOURCE,
) -> Upload:
    """Bring a PNG, JPEG or WebP of at most 20 MiB and 4096 pixels a side; only pixels are kept."""
    sent_as = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent_as not in MEDIA_TYPES:
        raise MediaTypeRefused
    return await uploads.add(caller, await request.body(), purpose)


@router.get("", responses=problems(SigningUnavailable))
async def list_uploads(caller: SignedIn, paging: PageAsked, uploads: Uploads) -> Page[Upload]:
    """Your uploads that have not expired, newest first."""
    return await uploads.page(caller, paging)


@router.get("/{upload_id}", responses=problems(UploadNotFound, SigningUnavailable))
async def get_upload(upload_id: UUID, caller: SignedIn, uploads: Uploads) -> Upload:
    """One of your uploads."""
    return await uploads.one(caller, upload_id)


@router.delete("/{upload_id}", status_code=204, responses=problems(UploadNotFound))
async def remove_upload(upload_id: UUID, caller: SignedIn, uploads: Uploads) -> None:
    """End an upload before its time."""
    await uploads.remove(caller, upload_id)
