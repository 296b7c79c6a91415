"""Nothing that AWS or its client can raise passes the adapters in its own shape."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import botocore.exceptions
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from pingvas_cli.adapters.account import AwsAccount
from pingvas_cli.adapters.aws_session import NO_CREDENTIALS, AwsSession, speaking
from pingvas_cli.adapters.hosted_zones import AwsHostedZones
from pingvas_cli.adapters.name_servers import DnsNameServers
from pingvas_cli.adapters.networks import AwsNetworks
from pingvas_cli.adapters.offers import AwsOffers
from pingvas_cli.adapters.quotas import AwsQuotas
from pingvas_cli.errors import Message, PingvasError
from pingvas_cli.messages import Translator
from pingvas_cli.ports.account import Caller
from tests.servers.aws import CREDENTIALS
from tests.servers.ports import free_port
from tests.servers.strangers import ANSWERS, listening

Call = Callable[[AwsSession], object]
USER = Caller("1", "arn:aws:iam::1:user/x")
CALLS: dict[str, Call] = {
    "caller": lambda s: AwsAccount(s).caller(),
    "denied": lambda s: AwsAccount(s).denied(USER, ["s3:X"]),
    "quota": lambda s: AwsQuotas(s).quota("L-1"),
    "request": lambda s: AwsQuotas(s).request("L-1", 1),
    "zones": lambda s: AwsOffers(s).zones(),
    "zones_of": lambda s: AwsOffers(s).zones_of(["g5.xlarge"]),
    "vcpus": lambda s: AwsOffers(s).vcpus(["g5.xlarge"]),
    "database_versions": lambda s: AwsOffers(s).database_versions("aurora-postgresql"),
    "cache_versions": lambda s: AwsOffers(s).cache_versions("valkey"),
    "cluster_versions": lambda s: AwsOffers(s).cluster_versions(),
    "networks": lambda s: AwsNetworks(s).networks(),
    "named": lambda s: AwsHostedZones(s).named("example.com"),
    "by_id": lambda s: AwsHostedZones(s).by_id("Z1"),
}
REFUSALS = {
    "AccessDenied": "aws.denied",
    "Client.UnauthorizedOperation": "aws.denied",
    "AccessDeniedException": "aws.denied",
    "ExpiredToken": "aws.credentials_refused",
    "InvalidClientTokenId": "aws.credentials_refused",
    "UnrecognizedClientException": "aws.credentials_refused",
    "SignatureDoesNotMatch": "aws.credentials_refused",
    "ThrottlingException": "aws.throttled",
    "RequestLimitExceeded": "aws.throttled",
    "InvalidParameterValue": "aws.refused",
    "": "aws.refused",
}
STRANGERS = ("nobody", "hangs up", "garbage", "error", "page", "list", "cut short")


def kinds() -> Iterator[type[BotoCoreError]]:
    """Every class of botocore's exceptions, as this version has them."""
    for each in vars(botocore.exceptions).values():
        if isinstance(each, type) and issubclass(each, BotoCoreError):
            yield each


@pytest.fixture(autouse=True)
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("kind", tuple(kinds()), ids=lambda kind: kind.__name__)
def test_every_failure_of_the_client_is_translated(kind: type[BotoCoreError]) -> None:
    failure = kind.__new__(kind)
    with pytest.raises(PingvasError) as caught, speaking("ec2 DescribeVpcs"):
        raise failure
    assert caught.value.code in ("aws.no_credentials", "aws.unreachable", "aws.refused")
    _has_words(caught.value)


def test_the_names_of_failures_are_those_of_the_client() -> None:
    assert {kind.__name__ for kind in kinds()} >= NO_CREDENTIALS


@pytest.mark.parametrize(("name", "code"), tuple(REFUSALS.items()))
def test_every_refusal_of_aws_is_translated(name: str, code: str) -> None:
    answer: Any = {"Error": {"Code": name, "Message": "why"}}
    with pytest.raises(PingvasError) as caught, speaking("ec2 DescribeVpcs"):
        raise ClientError(answer, "DescribeVpcs")
    assert caught.value.code == code
    _has_words(caught.value)


@pytest.mark.parametrize("kind", STRANGERS)
@pytest.mark.parametrize("name", CALLS)
def test_what_is_not_aws_is_told_in_our_words(name: str, kind: str) -> None:
    if kind == "nobody":
        _fails(name, free_port())
    else:
        with listening(ANSWERS[kind]) as port:
            _fails(name, port)


def _fails(name: str, port: int) -> None:
    session = AwsSession("us-east-1", f"http://127.0.0.1:{port}", attempts=1)
    with pytest.raises(PingvasError) as caught:
        CALLS[name](session)
    assert caught.value.code.startswith("aws.")
    _has_words(caught.value)


def test_without_credentials_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(PingvasError) as caught:
        AwsAccount(AwsSession("us-east-1")).caller()
    assert caught.value.code == "aws.no_credentials"


def test_a_profile_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(PingvasError) as caught:
        AwsAccount(AwsSession("us-east-1")).caller()
    assert caught.value.code == "aws.no_credentials"
    assert "nobody" in str(caught.value.params["detail"])


@pytest.mark.parametrize("missing", ["boto3", "botocore"])
@pytest.mark.parametrize("name", CALLS)
def test_without_the_extra_it_is_said(
    name: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [each for each in sys.modules if each.partition(".")[0] == missing]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(PingvasError) as caught:
        CALLS[name](AwsSession("us-east-1"))
    assert caught.value.code == "aws.extra_missing"
    assert "pingvas[aws]" in _has_words(caught.value)


def test_without_dnspython_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dns.resolver", None)
    with pytest.raises(PingvasError) as caught:
        DnsNameServers().of("example.com")
    assert caught.value.code == "aws.extra_missing"


def _has_words(error: PingvasError) -> str:
    words = ""
    for language in ("en", "ko"):
        what, remedy = Translator(language).error(Message(error.code, error.params))
        assert what
        assert remedy
        words += f"{what} {remedy}"
    return words
