"""Albums, and what lies in them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.gallery.actions.keep_albums import KeepAlbums
from services.gallery.errors import AlbumNotFound, ImageNotFound, SigningUnavailable, TooMany
from services.gallery.schemas.albums import Album, AlbumChange, ImagesToMove, NewAlbum
from services.kernel.access import SignedIn
from services.kernel.errors import problems
from services.kernel.pagination import Page, PageAsked

router = APIRouter(prefix="/v1/albums", tags=["albums"])


async def _albums(request: Request) -> KeepAlbums:
    return KeepAlbums(request.app.state.database, request.app.state.showing)


Albums = Annotated[KeepAlbums, Depends(_albums)]


@router.get("", responses=problems(SigningUnavailable))
async def list_albums(caller: SignedIn, paging: PageAsked, albums: Albums) -> Page[Album]:
    """Your albums, newest first."""
    return await albums.page(caller, paging)


@router.post("", status_code=201, responses=problems(TooMany, SigningUnavailable))
async def add_album(album: NewAlbum, caller: SignedIn, albums: Albums) -> Album:
    """Make an album."""
    return await albums.add(caller, album)


@router.get("/{album_id}", responses=problems(AlbumNotFound, SigningUnavailable))
async def get_album(album_id: UUID, caller: SignedIn, albums: Albums) -> Album:
    """One of your albums."""
    return await albums.one(caller, album_id)


@router.patch("/{album_id}", responses=problems(AlbumNotFound, ImageNotFound, SigningUnavailable))
async def change_album(
    album_id: UUID, wanted: AlbumChange, caller: SignedIn, albums: Albums
) -> Album:
    """Give an album another name or cover."""
    return await albums.change(caller, album_id, wanted)


@router.delete("/{album_id}", status_code=204, responses=problems(AlbumNotFound))
async def remove_album(album_id: UUID, caller: SignedIn, albums: Albums) -> None:
    """Remove an album; its pictures stay in your gallery."""
    await albums.remove(caller, album_id)


@router.post(
    "/{album_id}/images", responses=problems(AlbumNotFound, ImageNotFound, SigningUnavailable)
)
async def move_images(
    album_id: UUID, wanted: ImagesToMove, caller: SignedIn, albums: Albums
) -> Album:
    """Put pictures into an album, out of those they lie in."""
    return await albums.put_in(caller, album_id, wanted.image_ids)
