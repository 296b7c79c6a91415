"""`python -m services.user.administrator EMAIL`: make an address an administrator's.

The password comes from PINGVAS_ADMIN_PASSWORD. Prints {"id": ..., "created": true|false}.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence

from pydantic import Field, TypeAdapter, ValidationError

from services.kernel.db import Database, DatabaseUnavailable
from services.kernel.settings import DatabaseUrl, EnvironmentSettings
from services.user.actions.appoint_administrator import AppointAdministrator, Appointment
from services.user.passwords import Passwords
from services.user.schemas.values import EmailAddress, Secret


class AdministratorSettings(EnvironmentSettings):
    """What this program reads from its environment."""

    database_url: DatabaseUrl
    system_database_url: DatabaseUrl
    admin_password: Secret = Field(min_length=10, max_length=256)


def main(arguments: Sequence[str]) -> int:
    """Appoint and print; 0 done, 1 failed, 2 not understood."""
    try:
        (email,) = TypeAdapter(tuple[EmailAddress]).validate_python(tuple(arguments))
    except ValidationError:
        sys.stderr.write("usage: python -m services.user.administrator EMAIL\n")
        return 2
    settings = AdministratorSettings.from_environment()
    try:
        appointed = asyncio.run(appoint(settings, email))
    except DatabaseUnavailable as away:
        sys.stderr.write(f"administrator: {away.title}\n")
        return 1
    sys.stdout.write(json.dumps({"id": str(appointed.id), "created": appointed.created}) + "\n")
    return 0


async def appoint(settings: AdministratorSettings, email: str) -> Appointment:
    """Do it with a connection of the system role."""
    database = Database(
        settings.database_url.get_secret_value(), settings.system_database_url.get_secret_value()
    )
    await database.open()
    try:
        password = settings.admin_password.get_secret_value()
        return await AppointAdministrator(database, Passwords()).run(email, password)
    finally:
        await database.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
