"""Read and change one's own account, as the tenant that one is."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.kernel.db import Database
from services.user.errors import PersonUnknown
from services.user.language import Language
from services.user.repository import people
from services.user.repository.people import Person


@dataclass(frozen=True)
class KeepProfile:
    """Name and language are the person's to change; nothing else is."""

    database: Database

    async def read(self, user_id: UUID) -> Person:
        """The account of a caller; raises `PersonUnknown` when it is gone."""
        async with self.database.tenant(user_id) as connection:
            person = await people.find_person(connection, user_id)
        if person is None:
            raise PersonUnknown
        return person

    async def change(
        self, user_id: UUID, *, display_name: str | None, language: Language | None
    ) -> Person:
        """Change what is given; raises `PersonUnknown`."""
        async with self.database.tenant(user_id) as connection:
            person = await people.change_profile(
                connection, user_id=user_id, display_name=display_name, language=language
            )
        if person is None:
            raise PersonUnknown
        return person
