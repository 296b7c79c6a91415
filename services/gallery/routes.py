"""The gallery service's addresses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.gallery.actions.change_images import ChangeImages
from services.gallery.actions.keep_albums import KeepAlbums
from services.gallery.actions.read_images import ReadImages
from services.gallery.repository import Filter
from services.gallery.schemas import Album, Image, ImageChange, NewAlbum
from services.kernel.access import SignedIn
from services.kernel.pagination import Page, PageAsked

router = APIRouter(prefix="/v1", tags=["gallery"])


async def _read(request: Request) -> ReadImages:
    return ReadImages(request.app.state.database, request.app.state.signer)


async def _change(request: Request) -> ChangeImages:
    return ChangeImages(request.app.state.database)


async def _albums(request: Request) -> KeepAlbums:
    return KeepAlbums(request.app.state.database)


Read = Annotated[ReadImages, Depends(_read)]
Change = Annotated[ChangeImages, Depends(_change)]
Albums = Annotated[KeepAlbums, Depends(_albums)]


@router.get("/images")
async def list_images(
    caller: SignedIn,
    paging: PageAsked,
    read: Read,
    job_id: UUID | None = None,
    album_id: UUID | None = None,
) -> Page[Image]:
    """Your pictures, newest first."""
    return await read.page(caller, Filter(job_id, album_id), paging)


@router.get("/images/{image_id}")
async def get_image(image_id: UUID, caller: SignedIn, read: Read) -> Image:
    """One of your pictures."""
    return await read.one(caller, image_id)


@router.patch("/images/{image_id}")
async def change_image(
    image_id: UUID, wanted: ImageChange, caller: SignedIn, change: Change, read: Read
) -> Image:
    """Put a picture into one of your albums, or take it out."""
    return read.shown(await change.file(caller, image_id, wanted.album_id))


@router.delete("/images/{image_id}", status_code=204)
async def remove_image(image_id: UUID, caller: SignedIn, change: Change) -> None:
    """Remove a picture from your gallery."""
    await change.remove(caller, image_id)


@router.get("/albums")
async def list_albums(caller: SignedIn, paging: PageAsked, albums: Albums) -> Page[Album]:
    """Your albums, newest first."""
    return await albums.page(caller, paging)


@router.post("/albums", status_code=201)
async def add_album(album: NewAlbum, caller: SignedIn, albums: Albums) -> Album:
    """Make an album."""
    return await albums.add(caller, album)
