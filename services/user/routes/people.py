"""Accounts, for administrators."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.kernel.access import Admin, Caller, Role
from services.kernel.app import Connected
from services.kernel.errors import problems
from services.kernel.pagination import Page, PageAsked
from services.user.actions.administer_people import AdministerPeople, Change, Wanted
from services.user.actions.manage_sessions import ManageSessions
from services.user.errors import OwnAccount, PersonUnknown, SessionEnded
from services.user.schemas.people import AdministeredPerson, PersonChange
from services.user.schemas.values import EmailAddress, TierName

router = APIRouter(prefix="/v1/users", tags=["administration"])


async def _administer(database: Connected) -> AdministerPeople:
    return AdministerPeople(database)


async def _present(caller: Admin, database: Connected) -> Caller:
    """An administrator whose session is still open."""
    await ManageSessions(database).require_open(caller)
    return caller


Administering = Annotated[AdministerPeople, Depends(_administer)]
PresentAdmin = Annotated[Caller, Depends(_present)]


@router.get("", responses=problems(SessionEnded))
async def list_people(
    _admin: PresentAdmin,
    administering: Administering,
    paging: PageAsked,
    email: Annotated[EmailAddress | None, Query(description="The whole address.")] = None,
    role: Annotated[Role | None, Query()] = None,
    tier: Annotated[TierName | None, Query()] = None,
) -> Page[AdministeredPerson]:
    """Find people, newest first."""
    rows, cursor = await administering.find(Wanted(email, role, tier), paging)
    return Page(
        items=[AdministeredPerson.model_validate(dict(row)) for row in rows], next_cursor=cursor
    )


@router.patch("/{user_id}", responses=problems(OwnAccount, PersonUnknown, SessionEnded))
async def change_person(
    user_id: UUID, body: PersonChange, admin: PresentAdmin, administering: Administering
) -> AdministeredPerson:
    """Change somebody's role or tier, or disable the account, which ends its sessions and keys.

    A change of role ends the sessions too. Access tokens that are out tell the old role and tier
    until they expire.
    """
    change = Change(body.role, body.tier.value if body.tier else None, body.disabled)
    return AdministeredPerson.model_validate(
        dict(await administering.change(admin, user_id, change))
    )
