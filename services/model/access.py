"""Who may see what: people see what is switched on; administrators see all, and alone may write."""

from services.kernel.access import Caller


def may_see(caller: Caller, *, enabled: bool) -> bool:
    """A checkpoint that is switched off does not exist for people."""
    return enabled or caller.role == "admin"
