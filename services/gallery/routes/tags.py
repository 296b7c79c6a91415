"""The tags that a person uses."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.gallery.actions.read_images import ReadImages
from services.gallery.schemas.images import TagCount
from services.kernel.access import SignedIn
from services.kernel.pagination import Page, PageAsked

router = APIRouter(prefix="/v1/tags", tags=["images"])


async def _read(request: Request) -> ReadImages:
    return ReadImages(request.app.state.database, request.app.state.showing)


@router.get("")
async def list_tags(
    caller: SignedIn, paging: PageAsked, read: Annotated[ReadImages, Depends(_read)]
) -> Page[TagCount]:
    """Your tags by name, each with its number of pictures."""
    return await read.tags(caller, paging)
