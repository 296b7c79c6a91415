"""Who may use what: a tier may use a checkpoint that asks for it or for a lower one."""

from services.contracts.tiers import Tier

ORDER = tuple(Tier)


def may_use(tier: str, minimum_tier: str) -> bool:
    """An unknown tier counts as the lowest; a checkpoint that asks for an unknown one is closed."""
    if minimum_tier not in ORDER:
        return False
    return _rank(tier) >= _rank(minimum_tier)


def _rank(tier: str) -> int:
    return ORDER.index(Tier(tier)) if tier in ORDER else 0
