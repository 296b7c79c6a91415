"""The administrator program: makes, promotes, changes the password, and repeats harmlessly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from uuid import uuid4

import psycopg
import pytest

from services.user import administrator
from tests.servers.people import add_person
from tests.servers.postgres import EnvironmentDatabase

PASSWORD = "an admin's password"


def appoint(
    database: EnvironmentDatabase, *arguments: str, password: str = PASSWORD
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.user.administrator", *arguments],
        env={
            **os.environ,
            "PINGVAS_DATABASE_URL": database.app_url,
            "PINGVAS_SYSTEM_DATABASE_URL": database.system_url,
            "PINGVAS_ADMIN_PASSWORD": password,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_administrator_is_made_once(environment_database: EnvironmentDatabase) -> None:
    email = f"{uuid4()}@localhost"
    first = appoint(environment_database, email)
    assert first.returncode == 0, first.stderr
    made = json.loads(first.stdout)
    assert made["created"] is True
    assert json.loads(appoint(environment_database, email.upper()).stdout) == {
        "id": made["id"],
        "created": False,
    }
    assert PASSWORD not in first.stdout + first.stderr


def test_a_person_is_promoted_and_loses_older_sessions(
    environment_database: EnvironmentDatabase,
) -> None:
    user_id = add_person(environment_database)
    with psycopg.connect(environment_database.system_url) as connection:
        connection.execute(
            "insert into sessions (user_id, refresh_token_hash, family_id, expires_at)"
            " values (%s, %s, %s, now() + '1 day')",
            [user_id, str(uuid4()), uuid4()],
        )
    answer = appoint(environment_database, f"{user_id}@example.com")
    assert json.loads(answer.stdout) == {"id": str(user_id), "created": False}
    with psycopg.connect(environment_database.system_url) as connection:
        row = connection.execute(
            "select role, revoked_at is not null from users join sessions on user_id = users.id"
            " where users.id = %s",
            [user_id],
        ).fetchone()
    assert row == ("admin", True)


def test_mistakes_are_told_in_words(
    environment_database: EnvironmentDatabase,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert [administrator.main(wrong) for wrong in ([], ["nobody"], ["a@b.c", "d@e.f"])] == [2] * 3
    assert capsys.readouterr().err.count("usage:") == 3
    monkeypatch.setenv("PINGVAS_DATABASE_URL", environment_database.app_url)
    monkeypatch.setenv("PINGVAS_SYSTEM_DATABASE_URL", environment_database.system_url)
    monkeypatch.setenv("PINGVAS_ADMIN_PASSWORD", "short")
    with pytest.raises(SystemExit) as ended:
        administrator.main(["a@b.c"])
    assert ended.value.code == 2
    assert "PINGVAS_ADMIN_PASSWORD" in capsys.readouterr().err
