"""The payment service's own problems, by code."""

from __future__ import annotations

from services.kernel.errors import Problem


class PersonUnknown(Problem):
    """A grant to, or a balance of, somebody who does not exist."""

    code, status, title = "payment.person_unknown", 404, "There is no account with this id"
