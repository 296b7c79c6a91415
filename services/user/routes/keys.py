"""The public keys that access tokens are signed with."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.user.key_ring import KeyRing
from services.user.schemas.keys import KeySet

router = APIRouter(tags=["keys"])
KEPT_S = 300  # a new key is published for longer before it signs


@router.get("/.well-known/jwks.json")
async def get_keys(request: Request, response: Response) -> KeySet:
    """The public keys of access tokens, also of the next key and of the last one.

    Keep them for five minutes, and ask again for a `kid` that is unknown.
    """
    ring: KeyRing = request.app.state.key_ring
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    return KeySet.model_validate(ring.published())
