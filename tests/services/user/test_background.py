"""What runs beside the requests: letters go out by themselves, come back later, and give up."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from services.kernel.db import Database
from services.user.actions.send_letters import ATTEMPTS, SendLetters
from services.user.language import preferred
from services.user.main import create_app
from services.user.ports.mail import Mail, MailRefused, MailUnavailable
from services.user.settings import UserSettings
from tests.servers.postgres import EnvironmentDatabase
from tests.services.user.visitors import PASSWORD, Mailbox, new_email


class Post:
    """A mailer that fails as it is told, for one address."""

    def __init__(self, address: str, fault: Exception | None = None) -> None:
        self.address = address
        self.fault = fault
        self.tried = 0

    async def send(self, mail: Mail) -> None:
        if mail.recipient == self.address:
            self.tried += 1
            if self.fault is not None:
                raise self.fault


async def test_letters_go_out_by_themselves(settings: UserSettings, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    app = create_app(settings.model_copy(update={"mail_url": SecretStr(f"file://{folder}")}))
    transport = httpx.ASGITransport(app)
    email = new_email()
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as http,
    ):
        await http.post("/v1/auth/sign-up", json={"email": email, "password": PASSWORD})
        await delivered(folder, email)
    assert "letters" not in {task.get_name() for task in asyncio.all_tasks()}


async def delivered(folder: Path, email: str) -> None:
    for _ in range(400):
        if email in await asyncio.to_thread(everything, folder):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("no mail came")


def everything(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.glob("*.eml"))


def order(database: EnvironmentDatabase) -> str:
    """Somebody who is owed a letter; nobody else is."""
    email = new_email()
    with psycopg.connect(database.system_url) as connection:
        connection.execute("delete from letters")
        connection.execute(
            "insert into letters (kind, recipient, language, password_hash)"
            " values ('password_changed', %s, 'en', 'x')",
            [email],
        )
    return email


def letter(database: EnvironmentDatabase, email: str) -> tuple[object, ...]:
    with psycopg.connect(database.system_url) as connection:
        row = connection.execute(
            "select attempts, sent_at is not null, due_at > now() + interval '30 seconds',"
            " password_hash from letters where recipient = %s",
            [email],
        ).fetchone()
    assert row is not None
    return row


async def test_a_letter_waits_for_a_mail_server_that_is_away_and_gives_up_in_the_end(
    database: Database, environment_database: EnvironmentDatabase
) -> None:
    email = order(environment_database)
    post = Post(email, MailUnavailable("away"))
    sending = SendLetters(database, post, "https://x.example")
    assert await sending.run()
    assert not await sending.run(), "it is not due again yet"
    assert letter(environment_database, email) == (1, False, True, "x")
    for _ in range(ATTEMPTS):
        with psycopg.connect(environment_database.system_url) as connection:
            connection.execute("update letters set due_at = now()")
        await sending.run()
    assert post.tried == ATTEMPTS


@pytest.mark.parametrize("fault", [None, MailRefused("SMTP 550")])
async def test_a_letter_is_settled_once(
    database: Database, environment_database: EnvironmentDatabase, fault: Exception | None
) -> None:
    email = order(environment_database)
    posts = [Post(email, fault) for _ in range(4)]
    with capture_logs() as logs:
        await asyncio.gather(
            *(SendLetters(database, post, "https://x.example").run() for post in posts)
        )
    assert sum(post.tried for post in posts) == 1
    assert letter(environment_database, email)[1:] == (True, True, "")
    assert email not in str(logs)


async def test_a_letter_of_nobody_is_not_written(
    database: Database, environment_database: EnvironmentDatabase, mailbox: Mailbox
) -> None:
    email = new_email()
    with psycopg.connect(environment_database.system_url) as connection:
        for kind in ("sign_up", "verify_address", "reset_password", "change_address"):
            connection.execute(
                "insert into letters (kind, recipient, language, user_id)"
                " values (%s, %s, 'en', %s)",
                [kind, email, uuid4()],
            )
    assert await mailbox.of(email) == []


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("fr, ko;q=0.1", "ko"),
        ("en;q=0.1, ko;q=0.2", "ko"),
        ("ko;q=0", "en"),
        ("kok", "en"),
        ("ko;q=x, *;;;", "en"),
        ("\u0000" * 10_000, "en"),
    ],
)
def test_the_language_of_a_browser_is_understood(header: str, language: str) -> None:
    assert preferred(header) == language
