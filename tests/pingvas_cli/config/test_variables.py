"""Variables: plain values, lists, reserved names, and names that mean nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pingvas_cli.config.variables import RESERVED, read_variables
from tests.pingvas_cli.config.mistakes import codes, loaded


def test_values_of_every_kind(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        "",
        PINGVAS_LOCAL__PORT_OFFSET="100",
        PINGVAS_LOCAL__EDGE_TLS="true",
        PINGVAS_LOCAL__SENTINEL_PORTS="[26390, 26391, 26392]",
        PINGVAS_TIERS__PRO="{weight: 5}",
        PINGVAS_PLATFORM__TAGS__TEAM="art",
        PINGVAS_PLATFORM__DOMAIN="",
        PINGVAS_PLATFORM__ACCOUNT_ID="012345678901",
        PINGVAS_NETWORK__FLOW_LOGS__RETENTION_DAYS="30",
        PINGVAS_REGISTRY__IMMUTABLE_TAGS="true",
        PINGVAS_CLUSTER__KUBERNETES_VERSION="1.36",
        PINGVAS_LANG="ko",
        OTHER="x",
    ).configuration
    assert found.local.port_offset == 100
    assert found.local.edge_tls
    assert found.local.sentinel_ports == (26390, 26391, 26392)
    assert (found.tiers.pro.weight, found.tiers.pro.running_jobs) == (5, 4)
    assert found.platform.tags == {"team": "art"}
    assert found.platform.domain is None
    assert found.platform.account_id == "012345678901"
    assert found.network.flow_logs.retention_days == 30
    assert found.cluster.kubernetes_version == "1.36"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("PINGVAS_LOCAL__PORT_OFSET", "1", "unknown_variable_meant"),
        ("PINGVAS_DEVICE", "cpu", "unknown_variable_meant"),
        ("PINGVAS_QQQQQQQQQQ", "1", "unknown_variable"),
        ("PINGVAS_LOCAL__DEVICE__X", "1", "unknown_variable_meant"),
        ("PINGVAS_LOCAL__SENTINEL_PORTS", "[1, 2", "variable_broken"),
    ],
)
def test_a_variable_that_means_nothing_is_a_mistake(
    tmp_path: Path, name: str, value: str, code: str
) -> None:
    assert codes(tmp_path, "", **{name: value}) == [(name, code)]


def test_reserved_variables_belong_to_others() -> None:
    layer, wrong = read_variables(dict.fromkeys(RESERVED, "x"))
    assert (layer.tree, wrong) == ({}, ())
