"""People at the door of the user service: they sign up, read their mail, and sign in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from services.kernel.db import Database
from services.user.actions.send_letters import SendLetters
from services.user.adapters.mail import MailFolder

PASSWORD = "correct horse battery"
LINKS_TO = "https://pingvas.example"
TOKEN = re.compile(r"^    ([A-Za-z0-9_-]{43})\r?$", re.MULTILINE)
Reply = dict[str, Any]


def new_email() -> str:
    return f"{uuid4()}@example.com"


@dataclass(frozen=True)
class Mailbox:
    """Every address's mail; reading it sends what is due."""

    database: Database
    folder: Path

    async def deliver(self) -> None:
        sending = SendLetters(self.database, MailFolder(self.folder, "from@localhost"), LINKS_TO)
        while await sending.run():
            pass

    async def of(self, address: str) -> list[EmailMessage]:
        """The mails of an address, oldest first."""
        await self.deliver()
        found = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(self.folder.glob("*.eml"))
        ]
        return [mail for mail in found if mail["To"] == address.lower()]

    async def kinds(self, address: str) -> list[str]:
        return [mail["X-Pingvas-Kind"] for mail in await self.of(address)]

    async def tokens(self, address: str) -> list[str]:
        """The tokens in the mails of an address, oldest first."""
        found = [TOKEN.search(mail.get_content()) for mail in await self.of(address)]
        return [each[1] for each in found if each]

    async def token(self, address: str) -> str:
        """The token in the newest mail of an address."""
        return (await self.tokens(address))[-1]


@dataclass
class SignedIn:
    """A session, and requests in its name."""

    http: httpx.AsyncClient
    email: str
    reply: Reply

    @property
    def id(self) -> str:
        return str(self.reply["user"]["id"])

    async def call(self, method: str, path: str, json: object = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.reply['access_token']}"}
        return await self.http.request(method, path, json=json, headers=headers)


@dataclass(frozen=True)
class Visitor:
    """A program that calls, and the mail of whoever uses it."""

    http: httpx.AsyncClient
    mailbox: Mailbox

    async def post(self, path: str, /, **body: object) -> httpx.Response:
        return await self.http.post(f"/v1/auth/{path}", json=body)

    async def sign_up(self, email: str, password: str = PASSWORD) -> None:
        answer = await self.post("sign-up", email=email, password=password, display_name="Ada")
        assert answer.status_code == 202, answer.text

    async def verified(self, email: str | None = None) -> str:
        """The address of a new account that is verified."""
        email = email or new_email()
        await self.sign_up(email)
        token = await self.mailbox.token(email)
        answer = await self.post("verification/confirm", token=token)
        assert answer.status_code == 204, answer.text
        return email

    async def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        return await self.post("sign-in", email=email, password=password)

    async def enter(self, email: str | None = None, password: str = PASSWORD) -> SignedIn:
        """A session, of a new person unless an address is given."""
        email = email or await self.verified()
        answer = await self.sign_in(email, password)
        assert answer.status_code == 200, answer.text
        return SignedIn(self.http, email, answer.json())

    async def refresh(self, token: str) -> httpx.Response:
        return await self.post("refresh", refresh_token=token)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, str(answer.json()["code"])


def without_request(answer: httpx.Response) -> Reply:
    """A body but for what differs between any two requests."""
    return dict(answer.json(), request_id="")
