"""URLs of both kinds."""

import pytest

from services.dispatch.connection import SentinelAddress


def test_a_sentinel_url_is_read_whole() -> None:
    url = "redis+sentinel://app:p%40ss@127.0.0.1:26379,127.0.0.1:26380,node/pingvas"
    assert SentinelAddress.parse(url) == SentinelAddress(
        hosts=(("127.0.0.1", 26379), ("127.0.0.1", 26380), ("node", 26379)),
        service="pingvas",
        username="app",
        password="p@ss",
    )


@pytest.mark.parametrize("url", ["redis+sentinel://host:1", "redis+sentinel:///service"])
def test_an_incomplete_sentinel_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="hosts and a service"):
        SentinelAddress.parse(url)


def test_the_login_may_be_missing() -> None:
    address = SentinelAddress.parse("redis+sentinel://host:1/service")
    assert (address.username, address.password) == (None, None)
