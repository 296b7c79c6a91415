"""Nobody is sent to a machine inside, whatever an address looks like or a name means."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

import httpx
import pytest

from services.model.adapters.client import GuardedClient
from services.model.adapters.guard import GuardedTransport, Policy, is_public
from services.model.faults import InstallFault, PassingFault
from tests.servers.hub import Hub, Oddity

POLICY = Policy(("hub.example", "*.cdn.example"))


@pytest.mark.parametrize(
    "address",
    [
        "https://hub.example/a/b.safetensors",
        "https://hub.example:443/a?token=x",
        "https://eu.cdn.example/x",
        "https://a.b.cdn.example/x",
    ],
)
def test_known_hosts_are_allowed(address: str) -> None:
    assert POLICY.check(address).scheme == "https"


@pytest.mark.parametrize(
    "address",
    [
        "http://hub.example/x",
        "ftp://hub.example/x",
        "file:///etc/passwd",
        "https://hub.example:8443/x",
        "https://user@hub.example/x",
        "https://hub.example:pw@127.0.0.1/x",
        "https://hub.example@127.0.0.1/x",
        "https://127.0.0.1/x",
        "https://2130706433/x",
        "https://0x7f000001/x",
        "https://0177.0.0.1/x",
        "https://127.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[fe80::1%25eth0]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://metadata.google.internal/x",
        "https://hub.example.evil.example/x",
        "https://evilhub.example/x",
        "https://cdn.example/x",
        "https://xcdn.example/x",
        "https://hub.example./x",
        "https://hub.example\\@127.0.0.1/x",
        "https://hub.example%00.evil/x",
        "https://hub.ex\u0430mple/x",
        "https://localhost/x",
        "https:///x",
        "//hub.example/x",
        "hub.example/x",
        "",
        "https://hub.example/" + "x" * 2000,
    ],
    ids=lambda text: text[:40],
)
def test_all_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(InstallFault) as caught:
        POLICY.check(address)
    assert caught.value.code == "model.address_refused"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.31.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
        ("2002:5db8:d822::1", False),
        ("2001:0:53aa:64c::1", False),
    ],
)
def test_only_the_open_internet_is_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


class Names:
    """A resolver whose answers differ from one time to the next."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        if not self.answers:
            raise OSError("no such name")
        return self.answers.pop(0)


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:169.254.169.254"], []]
)
async def test_a_name_that_means_a_machine_inside_is_refused(found: list[str]) -> None:
    transport = GuardedTransport(POLICY, Names(found))
    with pytest.raises(InstallFault) as caught:
        await transport.handle_async_request(httpx.Request("GET", "https://hub.example/x"))
    assert caught.value.code == "model.address_refused"
    await transport.aclose()


async def test_the_connection_goes_to_the_address_that_was_checked(hub: Hub) -> None:
    """The name is asked for once: its second meaning is never heard."""
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    port = hub.server_address[1]
    transport = GuardedTransport(Policy((), loopback=True), names)
    request = httpx.Request("GET", f"http://localhost:{port}/x")
    answer = await transport.handle_async_request(request)
    await answer.aclose()
    assert names.asked == ["localhost"]
    assert [asked.host for asked in hub.asked] == [f"localhost:{port}"], "its own name, still"
    with pytest.raises(InstallFault):
        await transport.handle_async_request(request)
    await transport.aclose()


async def test_a_name_without_an_address_may_have_one_later() -> None:
    transport = GuardedTransport(POLICY, Names())
    with pytest.raises(PassingFault):
        await transport.handle_async_request(httpx.Request("GET", "https://hub.example/x"))
    await transport.aclose()


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/",
        "http://10.0.0.1/",
        "//10.0.0.1/x",
        "file:///etc/passwd",
        "http://user:pw@127.0.0.1/",
        "gopher://127.0.0.1/",
    ],
)
async def test_every_hop_is_checked(hub: Hub, location: str) -> None:
    hub.spoil("/start", Oddity(location=location))
    client = GuardedClient(Policy((), loopback=True))
    with pytest.raises(InstallFault) as caught:
        async with client.open(f"{hub.url}/start", {}):
            pass
    assert caught.value.code == "model.address_refused"
    await client.aclose()


async def test_a_circle_of_redirects_ends(hub: Hub) -> None:
    hub.spoil("/start", Oddity(location="/start", keep=True))
    client = GuardedClient(Policy((), loopback=True))
    with pytest.raises(InstallFault) as caught:
        async with client.open(f"{hub.url}/start", {}):
            pass
    assert caught.value.code == "model.too_many_redirects"
    assert len(hub.asked) == 6
    await client.aclose()


async def test_a_token_stays_with_its_host(hub: Hub) -> None:
    other = hub.url.replace("127.0.0.1", "localhost")
    hub.spoil("/start", Oddity(location="/next"))
    hub.spoil("/next", Oddity(location=f"{other}/far"))
    client = GuardedClient(Policy((), loopback=True))
    async with client.open(f"{hub.url}/start", {}, token="hf_secret") as answer:
        assert answer.status_code == 404
    told = {asked.path: asked.authorization for asked in hub.asked}
    assert told == {"/start": "Bearer hf_secret", "/next": "Bearer hf_secret", "/far": ""}
    await client.aclose()


async def test_nobody_listening_may_pass() -> None:
    client = GuardedClient(Policy((), loopback=True))
    with pytest.raises(PassingFault) as caught:
        async with client.open("http://127.0.0.1:1/x?token=secret", {}):
            pass
    assert "secret" not in str(caught.value)
    await client.aclose()
