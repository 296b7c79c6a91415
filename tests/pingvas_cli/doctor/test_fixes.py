"""What `--fix` does: what it said, once, and never over what is not ours."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pingvas_cli.doctor.fixes import QuotaRequest, Suggestion
from pingvas_cli.doctor.mending import mend
from pingvas_cli.doctor.suggestions import HEADER, beside
from pingvas_cli.errors import PingvasError, Refused
from tests.fakes.quotas import FakeQuotas
from tests.pingvas_cli.doctor.worlds import report

ZONES = Suggestion("network.availability_zone_ids", ("use1-az1", "use1-az2"))
ZONE = Suggestion("edge.hosted_zone_id", "Z1")
QUOTA = QuotaRequest("L-3819A6DF", "All G and VT Spot Instance Requests", 100)


def test_each_is_done_and_told(tmp_path: Path) -> None:
    quotas, file = FakeQuotas(), tmp_path / "pingvas.suggested.yaml"
    told = [one.key for one in mend((QUOTA, ZONES, ZONE), quotas, file)]
    assert told == ["doctor.suggestion_written", "doctor.quota_requested"]
    assert quotas.requested == [("L-3819A6DF", 100)]
    assert yaml.safe_load(file.read_text()) == {
        "network": {"availability_zone_ids": ["use1-az1", "use1-az2"]},
        "edge": {"hosted_zone_id": "Z1"},
    }


def test_a_quota_is_not_asked_for_twice() -> None:
    quotas = FakeQuotas({**FakeQuotas().values, "L-3819A6DF": 0.0})
    for _ in range(2):
        list(mend(report(quotas=quotas).fixes, quotas, Path("unused")))
    assert quotas.requested == [("L-3819A6DF", 100)]


def test_older_suggestions_give_way_and_a_file_of_others_does_not(tmp_path: Path) -> None:
    file = tmp_path / "pingvas.suggested.yaml"
    for one in (ZONES, ZONE):
        list(mend((one,), FakeQuotas(), file))
    assert yaml.safe_load(file.read_text()) == {"edge": {"hosted_zone_id": "Z1"}}
    file.write_text("mine: true\n")
    quotas = FakeQuotas()
    with pytest.raises(Refused) as refused:
        list(mend((QUOTA, ZONES), quotas, file))
    assert refused.value.code == "doctor.suggestion_not_ours"
    assert (file.read_text(), quotas.requested) == ("mine: true\n", [])


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PingvasError) as failure:
        list(mend((ZONES,), FakeQuotas(), tmp_path / "gone" / "x.yaml"))
    assert failure.value.code == "doctor.suggestion_unwritable"


def test_the_file_lies_beside_the_configuration() -> None:
    assert beside(Path("a/pingvas.yaml")) == Path("a/pingvas.suggested.yaml")
    assert HEADER.startswith("#")
