"""Pictures: found, changed, removed and restored."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from services.gallery.actions.change_images import ChangeImages
from services.gallery.actions.judge_images import JudgeImages
from services.gallery.actions.read_images import ReadImages
from services.gallery.errors import (
    AlbumNotFound,
    ImageNotFound,
    SigningUnavailable,
    TagUnusable,
    TooManyTags,
)
from services.gallery.repository.images import Filter
from services.gallery.schemas.images import Image, ImageChange, TagsToAdd, Verdict
from services.gallery.schemas.texts import TAGS_AT_MOST, Moment, Searched, Tag
from services.kernel.access import Admin, SignedIn
from services.kernel.errors import problems
from services.kernel.pagination import Page, PageAsked

router = APIRouter(prefix="/v1/images", tags=["images"])


async def _read(request: Request) -> ReadImages:
    return ReadImages(request.app.state.database, request.app.state.showing)


async def _change(request: Request) -> ChangeImages:
    state = request.app.state
    return ChangeImages(state.database, state.settings.removed_image_days)


async def _wanted(
    job_id: Annotated[UUID | None, Query(description="Made by this generation.")] = None,
    album_id: Annotated[UUID | None, Query(description="In this album.")] = None,
    tag: Annotated[Tag | None, Query(description="With this tag.")] = None,
    favourite: Annotated[bool | None, Query(description="Favourites, or all others.")] = None,
    q: Annotated[
        Searched | None,
        Query(
            description="Words of the prompt or of tags, each also as a word's beginning. "
            '`"a phrase"`, `this or that` and `-without` work as in search engines.'
        ),
    ] = None,
    since: Annotated[Moment | None, Query(description="Made then or later.")] = None,
    until: Annotated[Moment | None, Query(description="Made before.")] = None,
    removed: Annotated[bool, Query(description="Removed ones, in place of the others.")] = False,
) -> Filter:
    return Filter(job_id, album_id, tag, favourite, q, since, until, removed)


async def _judge(request: Request) -> JudgeImages:
    return JudgeImages(request.app.state.database)


Read = Annotated[ReadImages, Depends(_read)]
Change = Annotated[ChangeImages, Depends(_change)]


@router.get("", responses=problems(TagUnusable, SigningUnavailable))
async def list_images(
    caller: SignedIn,
    paging: PageAsked,
    read: Read,
    wanted: Annotated[Filter, Depends(_wanted)],
) -> Page[Image]:
    """Your pictures, newest first."""
    return await read.page(caller, wanted, paging)


@router.get("/{image_id}", responses=problems(ImageNotFound, SigningUnavailable))
async def get_image(image_id: UUID, caller: SignedIn, read: Read) -> Image:
    """One of your pictures."""
    return await read.one(caller, image_id)


@router.patch(
    "/{image_id}", responses=problems(TagUnusable, ImageNotFound, AlbumNotFound, SigningUnavailable)
)
async def change_image(
    image_id: UUID, wanted: ImageChange, caller: SignedIn, change: Change, read: Read
) -> Image:
    """Put a picture into one of your albums or take it out, favour it, set its tags."""
    return read.showing.image(await change.change(caller, image_id, wanted))


@router.post(
    "/{image_id}/tags",
    responses=problems(TagUnusable, ImageNotFound, TooManyTags, SigningUnavailable),
)
async def add_tags(
    image_id: UUID, wanted: TagsToAdd, caller: SignedIn, change: Change, read: Read
) -> Image:
    """Give a picture tags, beside those it has."""
    return read.showing.image(await change.add_tags(caller, image_id, wanted.tags))


@router.delete(
    "/{image_id}/tags", responses=problems(TagUnusable, ImageNotFound, SigningUnavailable)
)
async def remove_tags(
    image_id: UUID,
    caller: SignedIn,
    change: Change,
    read: Read,
    tag: Annotated[
        list[Tag],
        Query(min_length=1, max_length=TAGS_AT_MOST, description="May be named several times."),
    ],
) -> Image:
    """Take tags from a picture; those it does not have are passed over."""
    return read.showing.image(await change.remove_tags(caller, image_id, tag))


@router.delete("/{image_id}", status_code=204, responses=problems(ImageNotFound))
async def remove_image(image_id: UUID, caller: SignedIn, change: Change) -> None:
    """Remove a picture from your gallery; for some weeks it can be restored."""
    await change.remove(caller, image_id)


@router.post("/{image_id}/restore", responses=problems(ImageNotFound, SigningUnavailable))
async def restore_image(image_id: UUID, caller: SignedIn, change: Change, read: Read) -> Image:
    """Take a removed picture back."""
    return read.showing.image(await change.restore(caller, image_id))


@router.put("/{image_id}/safety", status_code=204, responses=problems(ImageNotFound))
async def judge_image(
    image_id: UUID,
    verdict: Verdict,
    caller: Admin,
    judge: Annotated[JudgeImages, Depends(_judge)],
) -> None:
    """Say whether anybody's picture may be public; for administrators."""
    await judge.run(caller, image_id, verdict.safety)
