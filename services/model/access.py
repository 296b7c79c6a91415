"""Who may see and use what: people see what is on offer and use what their tier reaches.

A checkpoint above one's tier is shown, so that people learn what another tier would give them.
"""

from services.contracts.tiers import Tier
from services.kernel.access import Caller
from services.kernel.db import Row

RANKS = {tier.value: rank for rank, tier in enumerate(Tier)}


def may_see(caller: Caller, row: Row) -> bool:
    """What is going or gone is no address any more; what is switched off is none for people."""
    return row["state"] == "ready" and (row["enabled"] or sees_all(caller))


def sees_all(caller: Caller) -> bool:
    """Administrators see what is switched off, and may ask for what is going and gone."""
    return caller.role == "admin"


def may_use(caller: Caller, row: Row) -> bool:
    """Whether a job of this caller may ask for it; an unknown tier reaches the lowest."""
    is_on_offer = row["enabled"] and row["state"] == "ready"
    reaches = RANKS.get(caller.tier, 0) >= RANKS.get(row["minimum_tier"], len(RANKS))
    return bool(is_on_offer and reaches)
