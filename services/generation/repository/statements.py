"""The named statements of `queries.sql`."""

from services.kernel.sql import load

SQL = load("services.generation")
