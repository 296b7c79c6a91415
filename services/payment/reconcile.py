"""`python -m services.payment.reconcile`: prove that the books of an environment are right.

Reads the payment service's environment, and the database alone. Prints one JSON object; exit
status 0: all agrees, 1: differences, 2: the environment is not complete, 3: the database is away.
"""

from __future__ import annotations

import asyncio
import json
import sys

from services.kernel.db import Database, DatabaseUnavailable
from services.payment.actions.reconcile import Reconcile, Report
from services.payment.settings import PaymentSettings


async def reconcile(settings: PaymentSettings) -> Report:
    """The report on the settings' database."""
    database = Database(
        settings.database_url.get_secret_value(), settings.system_database_url.get_secret_value()
    )
    await database.open()
    try:
        return await Reconcile(database).run()
    finally:
        await database.close()


def main() -> int:
    """Print the report; the exit status tells whether all agrees."""
    settings = PaymentSettings.from_environment()
    try:
        report = asyncio.run(reconcile(settings))
    except DatabaseUnavailable:
        sys.stderr.write("reconcile: the database is away\n")
        return 3
    sys.stdout.write(json.dumps(report.as_dict()) + "\n")
    return 1 if report.differences else 0


if __name__ == "__main__":
    sys.exit(main())
