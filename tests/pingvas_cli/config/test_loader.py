"""Reading the configuration: ranks of the layers, origins, overlays, all mistakes at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.config.loader import load
from pingvas_cli.config.shown import rows
from pingvas_cli.config.sources import OVERLAID
from pingvas_cli.errors import UsageError
from tests.pingvas_cli.config.mistakes import codes, loaded, mistakes, written


def test_no_file_gives_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = load(None, {"HOME": "/"})
    assert found.configuration == Configuration.model_construct()
    assert found.files == ()
    assert found.of("dev") is found
    assert {row["origin"] for row in rows(found, origin=True)} == {"default"}


def test_the_file_in_the_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "local:\n  port_offset: 7\n")
    found = load(None, {})
    assert found.configuration.local.port_offset == 7
    assert found.origin("local.port_offset").place == "pingvas.yaml:2"


def test_a_named_file_has_to_exist(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    assert [one.code for one in mistakes(path)] == ["config.file_missing"]
    monkeyed = {"PINGVAS_CONFIG": str(path)}
    path.write_text("local: {max_upload_mb: 9}")
    assert load(None, monkeyed).configuration.local.max_upload_mb == 9


def test_variables_outrank_overlays_and_overlays_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "worker: {prod_maximum: 9, dev_maximum: 2, cache_gb: 50}\n")
    (tmp_path / "pingvas.prod.yaml").write_text("worker: {prod_maximum: 8, cache_gb: 60}\n")
    found = load(path, {"PINGVAS_WORKER__CACHE_GB": "70"})
    worker, prod = found.configuration.worker, found.of("prod").configuration.worker
    assert (worker.prod_maximum, worker.dev_maximum, worker.cache_gb) == (9, 2, 70)
    assert (prod.prod_maximum, prod.dev_maximum, prod.cache_gb) == (8, 2, 70)
    assert found.of("prod").origin("worker.prod_maximum").place.endswith("pingvas.prod.yaml:1")
    assert found.of("prod").origin("worker.cache_gb").place == "PINGVAS_WORKER__CACHE_GB"
    assert found.of("dev") is found
    assert [file.name for file in found.files] == ["pingvas.yaml", "pingvas.prod.yaml"]


def test_each_environment_may_have_an_overlay() -> None:
    assert OVERLAID == ENVIRONMENTS


def test_an_overlay_may_not_change_what_both_stand_on(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    (tmp_path / "pingvas.dev.yaml").write_text("pooler: {replicas: 1}\nnetwork: {}\nworkr: {}\n")
    found = [(one.where.rpartition("/")[2], one.code) for one in mistakes(path)]
    assert found == [
        ("pingvas.dev.yaml:2 network", "config.shared_in_overlay"),
        ("pingvas.dev.yaml:3 workr", "config.unknown_key_meant"),
    ]


def test_an_overlay_without_a_base_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pingvas.dev.yaml").write_text("worker: {dev_maximum: 1}\n")
    assert load(None, {}).of("dev").configuration.worker.dev_maximum == 1


def test_all_mistakes_come_together_with_their_places(tmp_path: Path) -> None:
    text = """\
netwrok: {}
cluster:
  kubernetes_version: 1.35
  system_nodes:
    minimum: 1
database: {min_acu: 8, engine_version: "15.4"}
tiers:
  pro:
    weigth: 3
worker: 3
"""
    assert codes(tmp_path, text, PINGVAS_COST__USAGE__NAT_GB="-3") == [
        ("pingvas.yaml:1 netwrok", "unknown_key_meant"),
        ("pingvas.yaml:3 cluster.kubernetes_version", "needs_quotes"),
        ("pingvas.yaml:5 cluster.system_nodes.minimum", "too_small"),
        ("pingvas.yaml:6 database.engine_version", "not_one_of"),
        ("pingvas.yaml:9 tiers.pro.weigth", "unknown_key_meant"),
        ("pingvas.yaml:10 worker", "wrong_kind"),
        ("PINGVAS_COST__USAGE__NAT_GB cost.usage.nat_gb", "too_small"),
    ]


def test_an_empty_section_or_part_is_its_default(tmp_path: Path) -> None:
    found = loaded(tmp_path, "local:\n  smoke_test:\ntiers:\n")
    assert found.configuration == Configuration.model_construct()


def test_secrets_come_from_the_environment_alone_and_are_masked(tmp_path: Path) -> None:
    name = "PINGVAS_MONITORING__ALERTS__SLACK_WEBHOOK_URL"
    text = "monitoring: {alerts: {slack_webhook_url: https://hooks/s3cret}}\n"
    (found,) = mistakes(written(tmp_path, text))
    assert (found.code, found.params["variable"]) == ("config.secret_in_file", name)
    kept = loaded(tmp_path, "", **{name: "https://hooks/s3cret"})
    secret = kept.configuration.monitoring.alerts.slack_webhook_url
    assert secret is not None
    assert secret.get_secret_value() == "https://hooks/s3cret"
    assert "s3cret" not in str(rows(kept, origin=True)) + str(kept.configuration)


def test_a_mistaken_secret_is_not_repeated(tmp_path: Path) -> None:
    name = "PINGVAS_MONITORING__ALERTS__PAGERDUTY_ROUTING_KEY"
    (found,) = mistakes(written(tmp_path, ""), {name: "[s3cret]"})
    assert "s3cret" not in str(found)


@pytest.mark.parametrize("name", ["pingvas.yaml", "pingvas.dev.yaml"])
def test_a_link_that_leads_nowhere_is_a_mistake(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).symlink_to("gone.yaml")
    with pytest.raises(UsageError) as caught:
        load(None, {})
    (found,) = caught.value.findings
    assert (found.where, found.code) == (name, "config.file_unreadable")
