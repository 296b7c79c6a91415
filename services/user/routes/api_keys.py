"""Keys for programs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.kernel.app import Connected
from services.kernel.errors import problems
from services.user.actions.manage_api_keys import ManageApiKeys
from services.user.errors import ApiKeyUnknown, TooManyApiKeys
from services.user.routes.parts import Present, Settings
from services.user.schemas.api_keys import ApiKey, ApiKeys, CreatedApiKey, NewApiKey

router = APIRouter(prefix="/v1/api-keys", tags=["API keys"])


async def _manage(database: Connected, settings: Settings) -> ManageApiKeys:
    return ManageApiKeys(database, settings.environment)


Managing = Annotated[ManageApiKeys, Depends(_manage)]


@router.post("", status_code=201, responses=problems(TooManyApiKeys))
async def create_api_key(body: NewApiKey, caller: Present, managing: Managing) -> CreatedApiKey:
    """Make a key; its secret is shown in this answer and never again. Twenty at most.

    A key may do what you may, but manage sessions, keys and the account, or administer.
    """
    issued = await managing.create(caller, body.name)
    shown = ApiKey.model_validate(issued.stored)
    return CreatedApiKey(**shown.model_dump(), key=issued.key)


@router.get("")
async def list_api_keys(caller: Present, managing: Managing) -> ApiKeys:
    """Your keys that work, newest first, without their secrets."""
    found = await managing.list(caller)
    return ApiKeys(items=[ApiKey.model_validate(each) for each in found])


@router.delete("/{key_id}", status_code=204, responses=problems(ApiKeyUnknown))
async def revoke_api_key(key_id: UUID, caller: Present, managing: Managing) -> None:
    """Revoke a key; within ten seconds no service takes it any more."""
    await managing.revoke(caller, key_id)
