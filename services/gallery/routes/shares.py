"""Links: made and revoked by their owner, opened by anybody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from services.gallery.actions.keep_shares import KeepShares
from services.gallery.actions.open_share import OpenShare
from services.gallery.errors import (
    AlbumNotFound,
    ImageNotFound,
    MayNotBeShared,
    ShareNotFound,
    SigningUnavailable,
    TooMany,
)
from services.gallery.schemas.shares import NewShare, Share, SharedPage
from services.kernel.access import SignedIn
from services.kernel.errors import problems
from services.kernel.pagination import Page, PageAsked

router = APIRouter(prefix="/v1/shares", tags=["shares"])
Token = Annotated[str, Path(max_length=64, description="As the link has it.")]


async def _shares(request: Request) -> KeepShares:
    state = request.app.state
    return KeepShares(state.database, state.safety, state.settings.share_address)


async def _open(request: Request) -> OpenShare:
    state = request.app.state
    return OpenShare(state.database, state.public_showing, state.safety, state.views)


Shares = Annotated[KeepShares, Depends(_shares)]


@router.post(
    "",
    status_code=201,
    responses=problems(ImageNotFound, AlbumNotFound, MayNotBeShared, TooMany),
)
async def add_share(wanted: NewShare, caller: SignedIn, shares: Shares) -> Share:
    """Make a link that opens one of your pictures or albums to anybody who has it."""
    return await shares.add(caller, wanted)


@router.get("")
async def list_shares(caller: SignedIn, paging: PageAsked, shares: Shares) -> Page[Share]:
    """Your links, newest first; ended ones stay in the list for a month."""
    return await shares.page(caller, paging)


@router.delete("/{token}", status_code=204, responses=problems(ShareNotFound))
async def revoke_share(token: Token, caller: SignedIn, shares: Shares) -> None:
    """Close one of your links at once; addresses it gave end within minutes."""
    await shares.revoke(caller, token)


@router.get("/{token}", responses=problems(ShareNotFound, SigningUnavailable))
async def open_share(
    token: Token, paging: PageAsked, share: Annotated[OpenShare, Depends(_open)]
) -> SharedPage:
    """What is behind a link; nobody needs to sign in."""
    return await share.run(token, paging)
