"""The DNS as a real server tells it, and the fake."""

from __future__ import annotations

import dns.rcode
import pytest

from pingvas_cli.adapters.name_servers import DnsNameServers
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.name_servers import NameServers
from tests.fakes.name_servers import FakeNameServers
from tests.servers.dns import name_server

ZONES = {"example.com": ("NS-2.awsdns.net.", "ns-1.awsdns.com."), "empty.example": ()}
SORTED = ("ns-1.awsdns.com", "ns-2.awsdns.net")


def _contract(servers: NameServers) -> None:
    assert servers.of("example.com") == SORTED
    assert servers.of("empty.example") == ()
    assert servers.of("nobody.example") == ()


def test_the_dns_and_its_fake_agree() -> None:
    _contract(FakeNameServers({"example.com": SORTED}))
    with name_server(ZONES, dns.rcode.NXDOMAIN) as port:
        _contract(DnsNameServers((f"127.0.0.1:{port}",), lifetime_s=2))


def test_a_server_that_fails_is_told() -> None:
    with name_server({}, dns.rcode.SERVFAIL) as port, pytest.raises(PingvasError) as failure:
        DnsNameServers((f"127.0.0.1:{port}",), lifetime_s=1).of("example.com")
    assert failure.value.code == "aws.dns_silent"


@pytest.mark.parametrize("name", ["a..b", "x" * 64 + ".example"])
def test_a_name_that_is_none_is_no_crash(name: str) -> None:
    with pytest.raises(PingvasError, match=r"aws\.dns_silent"):
        DnsNameServers(("127.0.0.1:1",), lifetime_s=1).of(name)


def test_silence_is_given_up() -> None:
    with pytest.raises(PingvasError) as failure:
        DnsNameServers(("127.0.0.1:1",), lifetime_s=0.2).of("example.com")
    assert failure.value.code == "aws.dns_silent"
