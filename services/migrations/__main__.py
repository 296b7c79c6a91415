"""`python -m services.migrations up|status`: bring the owner's schema up to date, or show it.

Running `up` again changes nothing. Words go to stdout, a failure to stderr with exit status 1.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from services.migrations.dbmate import MigrationFailed, run

VERBS = {"up": "migrate", "status": "status"}


def main(arguments: Sequence[str]) -> int:
    """Run the verb that was asked for; 0 done, 1 failed, 2 not understood."""
    if len(arguments) != 1 or arguments[0] not in VERBS:
        sys.stderr.write("usage: python -m services.migrations up|status\n")
        return 2
    try:
        sys.stdout.write(migrate(VERBS[arguments[0]]) + "\n")
    except MigrationFailed as failure:
        sys.stderr.write(f"migrations: {failure}\n")
        return 1
    return 0


def migrate(verb: str) -> str:
    """Run one dbmate verb with the address from PINGVAS_OWNER_DATABASE_URL."""
    owner_url = os.environ.get("PINGVAS_OWNER_DATABASE_URL", "")
    if not owner_url:
        raise MigrationFailed("PINGVAS_OWNER_DATABASE_URL is not set")
    answer = run(verb, owner_url)
    if answer.status != 0:
        raise MigrationFailed(answer.output)
    return answer.output or "up to date"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
