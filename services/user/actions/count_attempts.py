"""Make guessing slow: every attempt is counted before it is judged, and taken back if it was right.

Counted for the account from this client, for the client, and for the account from anywhere. Only
the first two may wait long: an account that strangers attack waits half a minute at most, and its
person, from where they signed in before, does not wait for strangers at all. Nothing here asks
whether there is such an account, so it cannot tell.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass

from services.kernel.db import Database, SystemConnection
from services.user.client import Client
from services.user.errors import TooManyAttempts
from services.user.repository import attempts
from services.user.repository.attempts import Standing


@dataclass(frozen=True)
class Backoff:
    """How many failures are free, and how long the waits after them grow, doubling."""

    free: int
    first_s: float
    longest_s: float

    def delay_s(self, failures: int) -> float:
        """The wait after so many failures."""
        over = failures - self.free
        return 0.0 if over < 0 else min(self.longest_s, self.first_s * 2.0 ** min(over, 30))


OWN = Backoff(free=5, first_s=1, longest_s=900)
CLIENT = Backoff(free=30, first_s=1, longest_s=900)
ACCOUNT = Backoff(free=50, first_s=1, longest_s=30)
REQUESTS = Backoff(free=50, first_s=30, longest_s=300)


@dataclass(frozen=True)
class Attempt:
    """Whom an attempt is counted for, by hash; `own` is the account from this client."""

    backoffs: Mapping[str, Backoff]
    own: str = ""
    account: str = ""

    @classmethod
    def at_account(cls, email: str, client: Client) -> Attempt:
        """Proving that an account is one's own, whether there is one or not."""
        network = client.network
        own, account = _hash("own", email, network or ""), _hash("account", email)
        # This machine may be everybody behind an edge that tells no addresses.
        backoffs = {own: OWN if network else ACCOUNT, account: ACCOUNT}
        if network:
            backoffs[_hash("client", network)] = CLIENT
        return cls(backoffs, own, account)

    @classmethod
    def of_request(cls, what: str, client: Client) -> Attempt:
        """Asking for something that costs us a mail or more, such as an account."""
        network = client.network
        return cls({_hash("request", what, network): REQUESTS} if network else {})

    @classmethod
    def of_person(cls, what: str, user_id: str) -> Attempt:
        """The same of somebody who is signed in."""
        return cls({_hash("request", what, user_id): REQUESTS})


@dataclass(frozen=True)
class CountAttempts:
    """Charges attempts, and forgives those that were right."""

    database: Database

    async def charge(self, attempt: Attempt) -> None:
        """Count it as failed; raises `TooManyAttempts`, and then it does not count."""
        if not attempt.backoffs:
            return
        async with self.database.system() as connection:
            found = await attempts.lock_attempts(connection, list(attempt.backoffs))
            wait_s = _wait_s(attempt, found)
            if wait_s > 0:
                raise TooManyAttempts(max(1, math.ceil(wait_s)))
            await attempts.count_attempts(connection, _counted(attempt, found))

    async def forgive(self, connection: SystemConnection, attempt: Attempt) -> None:
        """It was right: take back what it cost."""
        await attempts.forgive_attempts(connection, list(attempt.backoffs), known=attempt.own)


def _wait_s(attempt: Attempt, found: Mapping[str, Standing]) -> float:
    is_known = bool(attempt.own) and found[attempt.own].is_known
    return max(
        standing.blocked_s
        for subject, standing in found.items()
        if not (is_known and subject == attempt.account)
    )


def _counted(attempt: Attempt, found: Mapping[str, Standing]) -> Mapping[str, tuple[int, float]]:
    return {
        subject: (standing.failures + 1, attempt.backoffs[subject].delay_s(standing.failures + 1))
        for subject, standing in found.items()
    }


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
