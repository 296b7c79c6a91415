"""People of a migrated database, and access tokens that are signed as the user service does."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.kernel.access import Caller, Role
from services.user.access import SigningKey, TokenIssuer
from tests.servers.postgres import EnvironmentDatabase

ISSUER = "http://127.0.0.1:8080"
AUDIENCE = "pingvas-dev"
JWKS_URL = f"{ISSUER}/.well-known/jwks.json"


def add_person(
    database: EnvironmentDatabase, *, balance: int = 0, role: Role = "user", tier: str = "free"
) -> UUID:
    """A person of their own e-mail address, who was granted credits."""
    with psycopg.connect(database.system_url) as connection:
        user_id = uuid4()
        connection.execute(
            "insert into users (id, email, password_hash, role, tier)"
            " values (%s, %s, 'none', %s, %s)",
            [user_id, f"{user_id}@example.com", role, tier],
        )
        if balance:
            connection.execute(
                "insert into credit_ledger (user_id, kind, amount_credits, unique_key)"
                " values (%s, 'grant', %s, %s)",
                [user_id, balance, f"grant:{uuid4()}"],
            )
    return user_id


def add_job(database: EnvironmentDatabase, user_id: UUID, *, cost_credits: int = 1) -> UUID:
    """A queued job of a person, with nothing held for it."""
    with psycopg.connect(database.app_url) as connection:
        connection.execute("select set_config('pingvas.user_id', %s, true)", [str(user_id)])
        row = connection.execute(
            "insert into generation_jobs (user_id, checkpoint, parameters, cost_credits)"
            " values (%s, 'tiny', '{}', %s) returning id",
            [user_id, cost_credits],
        ).fetchone()
    assert row is not None
    job_id: UUID = row[0]
    return job_id


EVERYWHERE = """
    insert into users (id, email, password_hash) select id, id || '@example.com', 'none' from new;
    insert into credit_ledger (user_id, kind, amount_credits, unique_key)
        select id, 'grant', 5, 'grant:' || id from new;
    insert into sessions (user_id, refresh_token_hash, family_id, expires_at)
        select id, 'token of ' || id, id, now() from new;
    insert into api_keys (user_id, prefix, key_hash, name) select id, id, 'x', 'mine' from new;
    insert into subscriptions (user_id, provider, provider_id, tier, status)
        select id, 'fake', id, 'pro', 'active' from new;
    insert into albums (user_id, name) select id, 'mine' from new;
    insert into generation_jobs (id, user_id, checkpoint, parameters, cost_credits)
        select id, id, 'tiny', '{}', 1 from new;
    insert into images
        (user_id, job_id, position, object_key, width, height, size_bytes, sha256)
        select id, id, 0, 'images/' || id, 8, 8, 1, repeat('0', 64) from new;
"""


def add_people_with_rows(database: EnvironmentDatabase, count: int) -> list[UUID]:
    """People who have one row in every table that holds tenants' rows."""
    people = [uuid4() for _ in range(count)]
    with psycopg.connect(database.admin_url) as admin:
        admin.execute(f"set search_path = {database.schema}".encode())
        admin.execute("create temporary table new on commit drop as select unnest(%s) id", [people])
        admin.execute(EVERYWHERE)
    return people


@dataclass(frozen=True)
class TokenPress:
    """Signs access tokens; give `key` to `create_service(keys=...)` to have them accepted."""

    key: SigningKey = field(default_factory=lambda: SigningKey(Ed25519PrivateKey.generate()))
    issuer: str = ISSUER
    audience: str = AUDIENCE
    lifetime_seconds: int = 900

    def token(self, user_id: UUID, role: Role = "user", tier: str = "free") -> str:
        """An access token of a person."""
        press = TokenIssuer(
            self.key,
            issuer=self.issuer,
            audience=self.audience,
            lifetime_seconds=self.lifetime_seconds,
        )
        return press.issue(Caller(user_id, role, tier))

    def headers(self, user_id: UUID, role: Role = "user", tier: str = "free") -> dict[str, str]:
        """The header of a request that a person makes."""
        return {"Authorization": f"Bearer {self.token(user_id, role, tier)}"}
