"""What was decided by an older password or an ended sign-in does not happen after its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import psycopg
import pytest
from argon2 import PasswordHasher

from services.kernel.access import Caller
from services.kernel.db import Database
from services.user.access import TokenIssuer
from services.user.actions.change_email import ChangeEmail
from services.user.actions.change_password import ChangePassword
from services.user.actions.confirm_password import ConfirmPassword
from services.user.actions.count_attempts import CountAttempts
from services.user.actions.delete_account import DeleteAccount
from services.user.actions.link_identity import LinkIdentity
from services.user.actions.manage_api_keys import ManageApiKeys
from services.user.actions.open_session import OpenSession
from services.user.actions.shut_out import shut_out
from services.user.actions.sign_in import SignIn
from services.user.actions.sign_in_with_provider import SignInWithProvider
from services.user.client import Client
from services.user.errors import PasswordWrong, ProviderRefused, SessionEnded, SignInRefused
from services.user.passwords import Passwords
from services.user.random_tokens import hash_of
from services.user.repository import identities, letters, people
from services.user.repository.identities import Begun
from services.user.repository.letters import MailedToken
from tests.servers.people import AUDIENCE, ISSUER, TokenPress, add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.user.conftest import CHEAP, new_address
from tests.services.user.visitors import PASSWORD, Visitor

CHOSEN = "$argon2id$v=19$m=64,t=1,p=1$the-one-that-was-chosen-meanwhile"


class Interrupted(Passwords):
    """Something happens after a password was found right, and before anything comes of it."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__(**CHEAP)
        self._meanwhile = meanwhile

    async def matches(self, password_hash: str, password: str) -> bool:
        right = await super().matches(password_hash, password)
        await self._meanwhile()
        return right


@pytest.fixture
def user_id(environment_database: EnvironmentDatabase) -> UUID:
    """Somebody whose password was hashed with older parameters."""
    person = add_person(environment_database)
    older = PasswordHasher(time_cost=1, memory_cost=128, parallelism=1).hash(PASSWORD)
    store_hash(environment_database, person, older)
    return person


def store_hash(database: EnvironmentDatabase, user_id: UUID, password_hash: str) -> None:
    with psycopg.connect(database.system_url) as connection:
        connection.execute(
            "update users set password_hash = %s where id = %s", [password_hash, user_id]
        )


def stored(database: EnvironmentDatabase, user_id: UUID) -> tuple[str, int, int, bool]:
    """Hash, sign-ins, letters, and whether the account is closed."""
    with psycopg.connect(database.system_url) as connection:
        row = connection.execute(
            "select password_hash, (select count(*) from sessions where user_id = u.id),"
            " (select count(*) from letters where user_id = u.id), deleted_at is not null"
            " from users u where id = %s",
            [user_id],
        ).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize(
    "change",
    [
        "update users set password_hash = %(chosen)s where id = %(id)s",
        "update users set disabled_at = now() where id = %(id)s",
        "update users set deleted_at = now() where id = %(id)s",
    ],
)
async def test_a_sign_in_begun_before_a_change_does_not_outlive_it(
    database: Database,
    environment_database: EnvironmentDatabase,
    user_id: UUID,
    tokens: TokenPress,
    change: str,
) -> None:
    async def meanwhile() -> None:
        with psycopg.connect(environment_database.system_url) as connection:
            connection.execute(change, {"chosen": CHOSEN, "id": user_id})
            after.append(stored_hash(connection, user_id))

    after: list[str] = []
    issuer = TokenIssuer(tokens.key, issuer=ISSUER, audience=AUDIENCE, lifetime_seconds=60)
    counting, opening = CountAttempts(database), OpenSession(issuer, 3_600)
    signing_in = SignIn(database, Interrupted(meanwhile), counting, opening, False)
    client = Client.of(new_address(), "tests")
    with pytest.raises(SignInRefused):
        await signing_in.run(email=f"{user_id}@example.com", password=PASSWORD, client=client)
    password_hash, sessions, *_ = stored(environment_database, user_id)
    assert (password_hash, sessions) == (after[0], 0)


def stored_hash(connection: psycopg.Connection, user_id: UUID) -> str:
    row = connection.execute("select password_hash from users where id = %s", [user_id]).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize("what", ["password", "email", "deletion"])
async def test_what_an_older_password_confirmed_does_not_happen(
    database: Database, environment_database: EnvironmentDatabase, user_id: UUID, what: str
) -> None:
    async def meanwhile() -> None:
        store_hash(environment_database, user_id, CHOSEN)

    caller, client = Caller(user_id, "user", "free"), Client.of(new_address(), "tests")
    passwords = Interrupted(meanwhile)
    confirm = ConfirmPassword(database, passwords, CountAttempts(database))
    change = ChangePassword(database, passwords, confirm)
    does: dict[str, Callable[[], Awaitable[object]]] = {
        "password": lambda: change.run(caller, old=PASSWORD, new="another long one", client=client),
        "email": lambda: ChangeEmail(database, confirm).request(
            caller, email="thief@example.com", password=PASSWORD, client=client
        ),
        "deletion": lambda: DeleteAccount(database, confirm, 30).run(caller, PASSWORD, client),
    }
    with pytest.raises(PasswordWrong):
        await does[what]()
    assert stored(environment_database, user_id) == (CHOSEN, 0, 0, False)


async def test_an_ended_sign_in_makes_no_key(visitor: Visitor, database: Database) -> None:
    """Its request passed the door before the end."""
    session = await visitor.enter()
    (listed,) = (await session.call("GET", "/v1/sessions")).json()["items"]
    caller = Caller(UUID(session.id), "user", "free", session_id=UUID(listed["id"]))
    await visitor.post("sign-out", refresh_token=session.reply["refresh_token"])
    with pytest.raises(SessionEnded):
        await ManageApiKeys(database, "dev").create(caller, "nightly batch")
    again = await visitor.enter(session.email)
    assert (await again.call("GET", "/v1/api-keys")).json()["items"] == []


async def test_a_token_that_is_being_written_ends_with_the_others(
    visitor: Visitor, database: Database, environment_database: EnvironmentDatabase
) -> None:
    """The letter was claimed before the password changed, its token is stored after."""
    session = await visitor.enter()
    await visitor.mailbox.deliver()
    await visitor.post("password-reset", email=session.email)
    body = {"old_password": PASSWORD, "new_password": "a new long password"}
    async with database.system() as writing:
        assert await letters.claim_letter(writing, 8)
        changing = asyncio.create_task(session.call("POST", "/v1/users/me/password", body))
        await until_somebody_waits(environment_database)
        proves = MailedToken(UUID(session.id), session.email, "")
        await letters.add_token(writing, session.id, "reset_password", proves, 60)
    assert (await changing).status_code == 204
    async with database.system() as connection:
        assert not await letters.is_token_known(connection, session.id, "reset_password")


async def test_a_code_opens_nothing_once_its_owner_shut_others_out(
    database: Database, user_id: UUID, tokens: TokenPress
) -> None:
    signing_in = await coming_by_provider(database, user_id, tokens)
    async with database.system() as connection:
        await people.lock_person(connection, user_id)
        await shut_out(connection, user_id)
    with pytest.raises(ProviderRefused):
        await signing_in.redeem(str(user_id), browser="browser", client=Client.of("", "tests"))


async def test_a_code_waits_for_what_is_being_decided_about_its_person(
    database: Database,
    environment_database: EnvironmentDatabase,
    user_id: UUID,
    tokens: TokenPress,
) -> None:
    signing_in = await coming_by_provider(database, user_id, tokens)
    async with database.system() as deciding:
        await people.lock_person(deciding, user_id)
        redeeming = asyncio.create_task(
            signing_in.redeem(str(user_id), browser="browser", client=Client.of("", "tests"))
        )
        await until_somebody_waits(environment_database)
        await people.administer_person(
            deciding, user_id=user_id, role=None, tier=None, disabled=True
        )
    with pytest.raises(ProviderRefused):
        await redeeming
    assert stored(environment_database, user_id)[1] == 0


async def coming_by_provider(
    database: Database, user_id: UUID, tokens: TokenPress
) -> SignInWithProvider:
    """The person is back from a provider, and the code, which is the person's id, is out."""
    state, browser = hash_of(f"state {user_id}"), hash_of("browser")
    async with database.system() as connection:
        await identities.begin_provider_sign_in(
            connection,
            state_hash=state,
            browser_hash=browser,
            provider="google",
            begun=Begun("", "", "/"),
            lifetime_seconds=60,
        )
        await identities.complete_provider_sign_in(
            connection,
            state_hash=state,
            user_id=user_id,
            code_hash=hash_of(str(user_id)),
            lifetime_seconds=60,
        )
    issuer = TokenIssuer(tokens.key, issuer=ISSUER, audience=AUDIENCE, lifetime_seconds=60)
    opening = OpenSession(issuer, 3_600)
    attempts, link = CountAttempts(database), LinkIdentity(database)
    return SignInWithProvider(database, {}, attempts, link, opening, "http://service")


async def until_somebody_waits(database: EnvironmentDatabase) -> None:
    with psycopg.connect(database.system_url, autocommit=True) as connection:
        for _ in range(500):
            if connection.execute("select 1 from pg_locks where not granted").fetchone():
                return
            await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")
