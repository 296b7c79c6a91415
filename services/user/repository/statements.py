"""The named statements of `queries.sql`."""

from __future__ import annotations

from services.kernel.sql import load

SQL = load("services.user")
