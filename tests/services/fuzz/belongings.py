"""One thing of everything that a person can own, written straight into the tables."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from tests.servers.people import add_people_with_rows
from tests.servers.postgres import EnvironmentDatabase

# The column of every personal row, and what is of the platform though it names a person.
OWNED: Final = """
    select c.table_name from information_schema.columns as c
    join information_schema.tables as t using (table_schema, table_name)
    where c.column_name = 'user_id' and c.table_schema = %s and t.table_type = 'BASE TABLE'"""
OF_PERSON: Final = sql.SQL("select * from {} where user_id = %s order by 1")
JOB: Final = """{"prompt": "a lighthouse", "negative_prompt": "", "width": 64, "height": 64,
    "steps": 2, "guidance_scale": 7, "seed": 1, "seed_drawn": true, "count": 1,
    "scheduler": null}"""
MORE: Final = """
    update generation_jobs set status = 'cancelled', parameters = %(job)s where user_id = %(id)s;
    update images set thumbnail_due_at = null where user_id = %(id)s;
    update subscriptions set provider = 'local' where user_id = %(id)s;
    insert into identities (user_id, provider, subject, email)
        values (%(id)s, 'google', %(id)s, '');
    insert into uploads
            (user_id, object_key, purpose, width, height, size_bytes, sha256, expires_at)
        values (%(id)s, 'uploads/' || %(id)s, 'source', 8, 8, 1, repeat('0', 64),
            now() + interval '1 day');
    insert into shares (user_id, token, image_id)
        select user_id, repeat('A', 8) || replace(%(id)s, '-', ''), id from images
        where user_id = %(id)s;
    insert into exports (user_id, status, finished_at) values (%(id)s, 'failed', now());
    insert into payments (user_id, provider, provider_id, tier, billing_reason, currency,
            total_cents, credits, paid_at)
        values (%(id)s, 'local', %(id)s, 'pro', 'initial', 'USD', 100, 1, now());
"""
# Which column of which table the parameters of paths name.
NAMED: Final = {
    "job_id": ("generation_jobs", "id"),
    "image_id": ("images", "id"),
    "album_id": ("albums", "id"),
    "upload_id": ("uploads", "id"),
    "export_id": ("exports", "id"),
    "session_id": ("sessions", "id"),
    "key_id": ("api_keys", "id"),
    "identity_id": ("identities", "id"),
    "subscription_id": ("subscriptions", "id"),
    "payment_id": ("payments", "id"),
    "token": ("shares", "token"),
    "user_id": ("users", "id"),
}


class Belongings:
    """A person who owns one of everything."""

    def __init__(self, database: EnvironmentDatabase) -> None:
        self._database = database
        (self.user_id,) = add_people_with_rows(database, 1)
        with self._admin() as admin:
            psycopg.ClientCursor(admin).execute(MORE, {"id": str(self.user_id), "job": JOB})

    def id_of(self, parameter: str) -> str:
        """What a path's parameter stands for."""
        table, column = NAMED[parameter]
        owner = "id" if table == "users" else "user_id"
        query = sql.SQL("select {} from {} where {} = %s limit 1").format(
            *map(sql.Identifier, (column, table, owner))
        )
        with self._admin() as admin:
            row = admin.execute(query, [self.user_id]).fetchone()
        assert row is not None, f"nobody planted a row in {table}"
        return str(row[column])

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of the person, by table."""
        with self._admin() as admin:
            names = admin.execute(OWNED, [self._database.schema]).fetchall()
            return {
                name["table_name"]: admin.execute(
                    OF_PERSON.format(sql.Identifier(name["table_name"])),
                    [self.user_id],
                ).fetchall()
                for name in names
            }

    def _admin(self) -> psycopg.Connection[dict[str, Any]]:
        connection = psycopg.connect(
            self._database.admin_url, row_factory=dict_row, autocommit=True
        )
        connection.execute(f"set search_path = {self._database.schema}".encode())
        return connection
