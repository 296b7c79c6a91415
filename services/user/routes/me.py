"""One's own account."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from services.kernel.access import SignedIn
from services.kernel.app import Connected
from services.kernel.errors import problems
from services.user.actions.change_email import ChangeEmail
from services.user.actions.change_password import ChangePassword
from services.user.actions.delete_account import DeleteAccount
from services.user.actions.export_data import ExportData
from services.user.actions.keep_profile import KeepProfile
from services.user.actions.manage_identities import ManageIdentities
from services.user.errors import IdentityUnknown, PasswordWrong, PersonUnknown, TooManyAttempts
from services.user.routes.parts import (
    Calling,
    Confirmation,
    Counting,
    PasswordCheck,
    Present,
    Settings,
)
from services.user.schemas.people import (
    Deleted,
    Deletion,
    EmailChange,
    PasswordChange,
    Profile,
    ProfileChange,
)
from services.user.schemas.providers import Identities, Identity
from services.user.schemas.sign_in import MailRequested

router = APIRouter(prefix="/v1/users/me", tags=["account"])
CONFIRMED = problems(PasswordWrong, PersonUnknown, TooManyAttempts)
EXPORT = {
    "description": "An object with one list of rows for each table.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "object"}},
            }
        }
    },
}


async def _profile(database: Connected) -> KeepProfile:
    return KeepProfile(database)


async def _change_password(
    database: Connected, passwords: PasswordCheck, confirm: Confirmation
) -> ChangePassword:
    return ChangePassword(database, passwords, confirm)


async def _change_email(database: Connected, confirm: Confirmation) -> ChangeEmail:
    return ChangeEmail(database, confirm)


async def _identities(database: Connected) -> ManageIdentities:
    return ManageIdentities(database)


async def _export(database: Connected, attempts: Counting) -> ExportData:
    return ExportData(database, attempts)


async def _delete(database: Connected, confirm: Confirmation, settings: Settings) -> DeleteAccount:
    return DeleteAccount(database, confirm, settings.purge_after_days)


Keeping = Annotated[KeepProfile, Depends(_profile)]
Managing = Annotated[ManageIdentities, Depends(_identities)]


@router.get("", responses=problems(PersonUnknown))
async def get_me(caller: SignedIn, profile: Keeping) -> Profile:
    """Your account."""
    return Profile.model_validate(await profile.read(caller.user_id))


@router.patch("", responses=problems(PersonUnknown))
async def change_me(body: ProfileChange, caller: Present, profile: Keeping) -> Profile:
    """Change your name or the language of your mails."""
    person = await profile.change(
        caller.user_id, display_name=body.display_name, language=body.language
    )
    return Profile.model_validate(person)


@router.post("/password", status_code=204, responses=CONFIRMED)
async def change_password(
    body: PasswordChange,
    caller: Present,
    changing: Annotated[ChangePassword, Depends(_change_password)],
    client: Calling,
) -> None:
    """Change your password; every other sign-in ends.

    Who signs in by a provider only has none yet, and gets one by `/v1/auth/password-reset`.
    """
    await changing.run(
        caller,
        old=body.old_password.get_secret_value(),
        new=body.new_password.get_secret_value(),
        client=client,
    )


@router.post("/email", status_code=202, responses=CONFIRMED)
async def change_email(
    body: EmailChange,
    caller: Present,
    changing: Annotated[ChangeEmail, Depends(_change_email)],
    client: Calling,
) -> MailRequested:
    """Ask for another address; a mail goes there, and its token makes the change.

    The answer is the same when the address has an account.
    """
    password = body.password.get_secret_value()
    await changing.request(caller, email=body.email, password=password, client=client)
    return MailRequested()


@router.get("/identities")
async def list_identities(caller: Present, managing: Managing) -> Identities:
    """The accounts at providers that you sign in with."""
    found = await managing.list(caller)
    return Identities(items=[Identity.model_validate(each) for each in found])


@router.delete("/identities/{identity_id}", status_code=204, responses=problems(IdentityUnknown))
async def remove_identity(identity_id: UUID, caller: Present, managing: Managing) -> None:
    """Do not sign in with a provider's account any more."""
    await managing.remove(caller, identity_id)


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: EXPORT, **problems(TooManyAttempts)},
)
async def export_data(
    caller: Present, exporting: Annotated[ExportData, Depends(_export)]
) -> StreamingResponse:
    """Everything that the platform has about you, as JSON; files of pictures are not in it.

    An object with one list of rows for each table, in the columns that are yours to read. Tables
    are read one after the other: what changes meanwhile may show in one and not in another.
    """
    headers = {"Content-Disposition": 'attachment; filename="pingvas-export.json"'}
    parts = await exporting.run(caller)
    return StreamingResponse(parts, media_type="application/json", headers=headers)


@router.post("/deletion", status_code=202, responses=CONFIRMED)
async def delete_account(
    body: Deletion,
    caller: Present,
    deleting: Annotated[DeleteAccount, Depends(_delete)],
    client: Calling,
) -> Deleted:
    """Close your account; nobody can sign in to it any more, and its open jobs are cancelled.

    When the grace is over everything personal is deleted, pictures too. Bookkeeping stays without
    telling whose it was.
    """
    purge_after = await deleting.run(caller, body.password.get_secret_value(), client)
    return Deleted(purge_after=purge_after)
