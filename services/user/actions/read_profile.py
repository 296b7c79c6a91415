"""Read one's own account, as the tenant that one is."""

from __future__ import annotations

from uuid import UUID

from services.kernel.db import Database
from services.user import repository
from services.user.errors import PersonUnknown
from services.user.repository import Person


async def read_profile(database: Database, user_id: UUID) -> Person:
    """The account of a caller; raises `PersonUnknown` when it is gone."""
    async with database.tenant(user_id) as connection:
        person = await repository.find_person(connection, user_id)
    if person is None:
        raise PersonUnknown
    return person
