"""The only door to PostgreSQL: one transaction per block, as a tenant or as the system.

`TenantConnection` and `SystemConnection` are distinct types, so a signature tells whose rows a
function may see. A tenant's id is set for the transaction alone; no state stays on a connection
but prepared statements, so PgBouncer's transaction mode is safe. No other room imports psycopg.
"""

from psycopg.types.json import Jsonb

from services.kernel.db.connections import Row, SystemConnection, TenantConnection
from services.kernel.db.door import Database
from services.kernel.db.refusals import DatabaseRefused, DatabaseUnavailable

__all__ = [
    "Database",
    "DatabaseRefused",
    "DatabaseUnavailable",
    "Jsonb",
    "Row",
    "SystemConnection",
    "TenantConnection",
]
