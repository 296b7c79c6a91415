"""Nobody, or something else, listens where a server should: every failure has our own shape."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pingvas_cli.adapters.cache import RedisCache
from pingvas_cli.adapters.database import PostgresDatabase
from pingvas_cli.adapters.object_store import S3ObjectStore
from pingvas_cli.adapters.platform_api import HttpPlatformApi
from pingvas_cli.adapters.supervisor import SupervisordSupervisor
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.cache import CacheAddress
from pingvas_cli.ports.database import Tenancy
from pingvas_cli.ports.database_server import Account
from pingvas_cli.ports.object_store import Bucket, ObjectStoreAccess
from pingvas_cli.ports.platform_api import GenerationRequest, Session
from pingvas_cli.ports.supervisor import Program
from tests.servers.ports import free_port
from tests.servers.strangers import ANSWERS, listening, listening_at

STRANGERS = ("nobody", *ANSWERS)
SESSION = Session("1", "token")
REQUEST = GenerationRequest("tiny", "a penguin", 64, 64, 1)
Call = Callable[[HttpPlatformApi, str], object]
CALLS: dict[str, Call] = {
    "sign_up": lambda api, base: api.sign_up(base, "a@example.com", "pw"),
    "sign_in": lambda api, base: api.sign_in(base, "a@example.com", "pw"),
    "balance": lambda api, base: api.balance(base, SESSION),
    "submit": lambda api, base: api.submit(base, SESSION, REQUEST, "key"),
    "job": lambda api, base: api.job(base, SESSION, "1"),
    "images": lambda api, base: api.images(base, SESSION, "1"),
    "checkpoints": lambda api, base: api.checkpoints(base),
}
# What these do is done when the answer is any document at all.
COMMANDS: dict[str, Call] = {
    "grant": lambda api, base: api.grant(base, SESSION, "1", 5, "key"),
    "register": lambda api, base: api.register(base, SESSION, {"name": "tiny"}),
}
DOCUMENTS = {"nothing", "list", "odd object"}


@pytest.fixture(scope="module", params=STRANGERS)
def stranger(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    if request.param == "nobody":
        yield request.param, free_port()
        return
    with listening(ANSWERS[request.param]) as port:
        yield request.param, port


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_api_raises_our_errors_only(call: Call, stranger: tuple[str, int]) -> None:
    kind, port = stranger
    with pytest.raises(PingvasError) as failure:
        call(HttpPlatformApi(), f"http://127.0.0.1:{port}")
    assert failure.value.code in ("local.api_away", "local.api_refused", "local.api_garbled")
    assert (failure.value.code == "local.api_refused") == kind.startswith("error")
    assert str(port) in failure.value.where


@pytest.mark.parametrize("call", COMMANDS.values(), ids=COMMANDS)
def test_the_apis_commands_raise_our_errors_only(call: Call, stranger: tuple[str, int]) -> None:
    kind, port = stranger
    if kind in DOCUMENTS:
        call(HttpPlatformApi(), f"http://127.0.0.1:{port}")
        return
    with pytest.raises(PingvasError):
        call(HttpPlatformApi(), f"http://127.0.0.1:{port}")


def test_a_download_fails_without_the_signature_in_its_words(stranger: tuple[str, int]) -> None:
    kind, port = stranger
    url = f"http://127.0.0.1:{port}/images/1.png?X-Amz-Signature=s3cret"
    if kind in {*DOCUMENTS, "page"}:
        assert isinstance(HttpPlatformApi().download(url), bytes)
        return
    with pytest.raises(PingvasError) as failure:
        HttpPlatformApi().download(url)
    assert failure.value.code == "local.download_fails"
    assert "s3cret" not in f"{failure.value} {failure.value.where}"


def test_health_is_an_answer_and_never_an_error(stranger: tuple[str, int]) -> None:
    kind, port = stranger
    healthy = HttpPlatformApi().healthy(f"http://127.0.0.1:{port}/readyz")
    assert healthy == (kind in {*DOCUMENTS, "page"})


def test_a_silent_server_is_given_up() -> None:
    api = HttpPlatformApi(timeout_s=0.2)
    with listening(None) as port:
        base = f"http://127.0.0.1:{port}"
        for call in (*CALLS.values(), *COMMANDS.values()):
            with pytest.raises(PingvasError) as failure:
                call(api, base)
            assert failure.value.code == "local.api_away"
        with pytest.raises(PingvasError):
            api.download(base)


@pytest.mark.parametrize("url", ["http://[", "nonsense", "http://127.0.0.1:99999", ""])
def test_an_address_that_is_none_is_no_crash(url: str, tmp_path: Path) -> None:
    api = HttpPlatformApi()
    assert not api.healthy(url)
    for call in (lambda: api.checkpoints(url), lambda: api.download(url)):
        with pytest.raises(PingvasError):
            call()
    untrusting = HttpPlatformApi(tmp_path / "no-authority.crt")
    assert not untrusting.healthy("https://127.0.0.1:1")
    with pytest.raises(PingvasError):
        untrusting.checkpoints("https://127.0.0.1:1")


def test_the_cache_answers_no(stranger: tuple[str, int]) -> None:
    address = CacheAddress(stranger[1], "operator", "pw")
    assert not RedisCache().answers(address)
    assert not RedisCache().replicates((address,) * 3)
    assert not RedisCache().guarded((address,) * 3, "pingvas-prod", replicas=2)


def test_the_object_store_answers_no_or_fails_in_our_words(stranger: tuple[str, int]) -> None:
    kind, port = stranger
    access = ObjectStoreAccess(f"http://127.0.0.1:{port}", "us-east-1", "key", f"secret {kind}")
    buckets = (Bucket("images", versioned=True), Bucket("logs", expire_days=3))
    assert not S3ObjectStore().answers(access)
    assert not S3ObjectStore().prepared(access, buckets)
    with pytest.raises(PingvasError) as failure:
        S3ObjectStore().prepare(access, buckets)
    assert failure.value.code == "local.object_store_fails"
    assert "secret" not in str(failure.value)


def test_the_database_answers_no_or_fails_in_our_words(stranger: tuple[str, int]) -> None:
    account = Account("pingvas_dev_owner", "s3cret")
    url = account.url(stranger[1], "postgres")
    tenancy = Tenancy("dev_pingvas", account, account, account)
    database = PostgresDatabase()
    assert not database.answers(url)
    assert not database.prepared(url, "pingvas", (tenancy,))
    assert database.migrations(url) == frozenset()
    assert not database.has_administrator(url, "a@example.com")
    with pytest.raises(PingvasError) as failure:
        database.prepare(url, "pingvas", (tenancy,))
    assert failure.value.code == "local.database_fails"
    assert "s3cret" not in str(failure.value)


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_supervisor_is_away(kind: str) -> None:
    with tempfile.TemporaryDirectory(prefix="pv", dir="/tmp") as folder:
        supervisor = SupervisordSupervisor(Path(folder), Path(folder), {})
        program = Program("sleeper", ("sleep", "1"), Path(folder), Path(folder) / "log")
        (Path(folder) / "conf.d").mkdir()
        with listening_at(supervisor.socket, ANSWERS[kind]):
            assert not supervisor.running()
            assert supervisor.statuses() == ()
            supervisor.shutdown()
            with pytest.raises(PingvasError) as failure:
                supervisor.stop("x")
            assert failure.value.code == "local.supervisor_away"
            with pytest.raises(PingvasError) as failure:
                supervisor.declare("x", [program])
            assert failure.value.code == "local.supervisor_away"
