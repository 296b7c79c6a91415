"""`pingvas config` and `pingvas init` from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from pingvas_cli.builder import CommandBuilder
from pingvas_cli.commandline import Contents, Group
from pingvas_cli.config.configuration import SECTIONS
from pingvas_cli.main import run

TABLE: Contents = {
    "config": {"show": "config:show", "schema": "config:schema", "explain": "config:explain"},
    "init": "init:init",
}
Run = Callable[..., tuple[int, str, str]]


def build(language: str) -> Group:
    return CommandBuilder(language).group((), TABLE)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in ("OUTPUT", "LANG", "CONFIG", "PROGRESS", "COLOR", "DEBUG", "STATE_DIR", "YES"):
        monkeypatch.delenv(f"PINGVAS_{name}", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments, build)
        caught = capsys.readouterr()
        return code, caught.out, caught.err

    return call


def test_show_as_documents_and_rows(cli: Run) -> None:
    _, out, _ = cli("config", "show", "-o", "json")
    tree = json.loads(out)
    assert list(tree) == list(SECTIONS)
    assert tree["cost"]["monthly_budget_usd"] == 1500
    assert yaml.safe_load(cli("config", "show", "-o", "yaml")[1]) == tree
    lines = cli("config", "show", "-o", "ndjson")[1].splitlines()
    assert {"key": "local.device", "value": "auto"} in map(json.loads, lines)
    assert any(line.startswith("local.device ") for line in cli("config", "show")[1].splitlines())


def test_what_show_prints_is_a_configuration(cli: Run) -> None:
    tree = yaml.safe_load(cli("config", "show", "-o", "yaml")[1])
    del tree["monitoring"]["alerts"]["slack_webhook_url"]
    del tree["monitoring"]["alerts"]["pagerduty_routing_key"]
    Path("pingvas.yaml").write_text(yaml.safe_dump(tree))
    code, again, err = cli("config", "show", "-o", "yaml")
    assert (code, err) == (0, "")
    assert yaml.safe_load(again)["network"] == tree["network"]


def test_show_says_where_values_come_from(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("pingvas.yaml").write_text("local:\n  device: cpu\n")
    Path("pingvas.dev.yaml").write_text("pooler: {replicas: 1}\n")
    monkeypatch.setenv("PINGVAS_LOCAL__PORT_OFFSET", "100")
    arguments = ("config", "show", "--origin", "--environment", "dev", "-o", "json")
    origins = {row["key"]: row["origin"] for row in json.loads(cli(*arguments)[1])}
    assert origins["local.device"] == "pingvas.yaml:2"
    assert origins["pooler.replicas"] == "pingvas.dev.yaml:1"
    assert origins["local.port_offset"] == "PINGVAS_LOCAL__PORT_OFFSET"
    assert origins["local.edge_tls"] == "default"


def test_show_masks_secrets(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINGVAS_MONITORING__ALERTS__SLACK_WEBHOOK_URL", "https://hooks/s3cret")
    for form in ("table", "json", "yaml", "ndjson"):
        for origin in ([], ["--origin"]):
            out = cli("config", "show", "-o", form, *origin)[1]
            assert "s3cret" not in out
            assert "********" in out


def test_mistakes_are_all_reported_in_both_languages(cli: Run) -> None:
    Path("pingvas.yaml").write_text("locl: {}\ncost: {monthly_budget_usd: much}\n")
    code, out, err = cli("config", "show")
    assert (code, out) == (2, "")
    assert "pingvas.yaml:1 locl" in err
    assert "Did you mean `local`?" in err
    assert "pingvas.yaml:2 cost.monthly_budget_usd" in err
    assert "혹시 `local`인가요?" in cli("--lang", "ko", "config", "show")[2]


def test_explain_lists_sections_and_shows_one(cli: Run) -> None:
    listed = json.loads(cli("config", "explain", "-o", "json")[1])
    assert [row["section"] for row in listed] == list(SECTIONS)
    assert yaml.safe_load(cli("config", "explain", "cache")[1])["cache"]["engine"] == "valkey"
    assert "example" in json.loads(cli("config", "explain", "cache", "-o", "json")[1])
    code, _, err = cli("config", "explain", "databse")
    assert (code, "`database`" in err) == (2, True)
    assert "config.unknown_section]" in cli("config", "explain", "qqqq")[2]


def test_schema_is_printed(cli: Run) -> None:
    assert json.loads(cli("config", "schema")[1])["$schema"].endswith("2020-12/schema")
    assert yaml.safe_load(cli("config", "schema", "-o", "yaml")[1])["title"] == "pingvas.yaml"


def test_init_writes_a_file_that_works_and_replaces_nothing(cli: Run) -> None:
    code, out, err = cli("init")
    assert (code, out) == (0, "")
    assert "pingvas.yaml" in err
    text = Path("pingvas.yaml").read_text()
    assert cli("config", "show")[0] == 0
    Path("pingvas.yaml").write_text("mine: 1\n")
    assert cli("init")[0] == 3
    assert Path("pingvas.yaml").read_text() == "mine: 1\n"
    assert cli("init", "--force")[0] == 0
    assert Path("pingvas.yaml").read_text() == text


def test_init_takes_a_folder_or_a_path(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    assert cli("init", str(tmp_path / "deep"))[0] == 0
    assert (tmp_path / "deep/pingvas.yaml").is_file()
    code, _, err = cli("init", str(tmp_path / "absent/pingvas.yaml"))
    assert (code, "config.file_unwritable" in err) == (2, True)
