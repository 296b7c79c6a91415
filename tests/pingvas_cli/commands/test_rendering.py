"""`pingvas render` and `pingvas validate` from the command line."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pingvas_cli.builder import CommandBuilder
from pingvas_cli.commandline import Contents, Group
from pingvas_cli.main import run
from pingvas_cli.ui import cells
from tests.pingvas_cli.commands.terminal import terminal

TABLE: Contents = {"render": "render:render", "validate": "validate:validate"}
NEEDED = (
    "platform: {target: aws, domain: pingvas.example.com, "
    'account_id: "123456789012", owner_email: owner@example.com}\n'
    "gitops: {repository: https://github.com/owner/name}\n"
)
Run = Callable[..., tuple[int, str, str]]


def build(language: str) -> Group:
    return CommandBuilder(language).group((), TABLE)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in an empty folder, on a machine without terraform."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in ("STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    Path("pingvas.yaml").write_text(NEEDED)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments, build)
        caught = capsys.readouterr()
        return code, caught.out, caught.err

    return call


def files(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


def test_render_writes_and_then_changes_nothing(cli: Run) -> None:
    code, out, err = cli("render", "--dir", "tree", "-o", "json")
    assert code == 0
    written = files(Path("tree"))
    paths = [one["path"] for one in json.loads(out)]
    assert {f"tree/{path}" for path in paths} == set(written) - {"tree/.pingvas-rendered.json"}
    assert {one["change"] for one in json.loads(out)} == {"create"}
    code, out, err = cli("render", "--dir", "tree", "-o", "json")
    assert (code, json.loads(out), files(Path("tree"))) == (0, [], written)
    assert "0 of them changed" in err


def test_render_needs_what_aws_needs(cli: Run) -> None:
    Path("pingvas.yaml").write_text("")
    code, out, err = cli("render", "-o", "json")
    assert (code, out) == (2, "")
    error = json.loads(err)["error"]
    assert error["code"] == "rendering.incomplete"
    assert [one["where"] for one in error["findings"]] == [
        "platform.domain",
        "platform.account_id",
        "platform.owner_email",
        "gitops.repository",
    ]
    assert not Path("terraform").exists()
    assert not Path(".pingvas-rendered.json").exists()


def test_check_finds_drift_and_writes_nothing(cli: Run) -> None:
    cli("render", "--dir", "tree")
    assert cli("render", "--check", "--dir", "tree")[0] == 0
    place = Path("tree/terraform/platform/main.tf")
    place.write_text("# mine\n")
    before = files(Path("tree"))
    code, out, err = cli("render", "--check", "--dir", "tree", "-o", "json")
    assert code == 5
    assert json.loads(out) == [
        {"path": "terraform/platform/main.tf", "change": "update", "ours": False}
    ]
    error = json.loads(err)["error"]
    assert error["code"] == "rendering.drift"
    assert error["findings"][0]["code"] == "rendering.file_changed"
    assert files(Path("tree")) == before


def test_diff_prints_what_would_change(cli: Run) -> None:
    cli("render", "--dir", "tree")
    Path("pingvas.yaml").write_text(NEEDED + "database: {max_acu: 8}\n")
    code, out, _ = cli("render", "--diff", "--dir", "tree")
    assert code == 0
    assert out.startswith("--- a/terraform/platform/terraform.tfvars.json\n+++ b/terraform/")
    assert '-    "max_acu": 4.0,\n+    "max_acu": 8.0,\n' in out
    (told,) = json.loads(cli("render", "--diff", "--dir", "tree", "-o", "json")[1])
    assert told["diff"] == out
    assert cli("render", "--diff", "--check", "--dir", "tree")[0] == 5


def test_a_hand_changed_file_is_refused(cli: Run) -> None:
    cli("render", "--dir", "tree")
    Path("tree/terraform/platform/main.tf").write_text("# mine\n")
    before = files(Path("tree"))
    code, _, err = cli("render", "--dir", "tree")
    assert code == 3
    assert "terraform/platform/main.tf: The file was changed after pingvas wrote it." in err
    assert files(Path("tree")) == before


def rewritten(path: str, old: bytes, new: bytes) -> None:
    """A change that leaves size and times of a file as they were."""
    place = Path(path)
    before, content = place.stat(), place.read_bytes()
    assert content.count(old) >= 1
    assert len(old) == len(new)
    place.write_bytes(content.replace(old, new))
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))


def linked() -> None:
    place = Path("tree/terraform/platform/main.tf")
    place.rename("elsewhere.tf")
    place.symlink_to(Path("elsewhere.tf").absolute())


def interrupted() -> None:
    staging = Path("tree/.pingvas-rendering")
    staging.mkdir()
    (staging / "file").write_text("half")


CHANGES: dict[str, Callable[[], object]] = {
    "nothing": lambda: None,
    "a value": lambda: rewritten("pingvas.yaml", b"pingvas.example", b"pingvaz.example"),
    "an unknown key": lambda: rewritten("pingvas.yaml", b"domain:", b"domein:"),
    "a value that is needed": lambda: Path("pingvas.yaml").write_text("platform: {target: aws}"),
    "no configuration": lambda: Path("pingvas.yaml").unlink(),
    "another environment": lambda: Path("pingvas.prod.yaml").write_text(
        "cdn: {price_class: PriceClass_All}\n"
    ),
    "a bad overlay": lambda: Path("pingvas.dev.yaml").write_text("network: {}\n"),
    "a variable": lambda: os.environ.update(PINGVAS_DATABASE__MAX_ACU="9"),
    "a bad variable": lambda: os.environ.update(PINGVAS_DATABASE__MAX_AKU="9"),
    "another file": lambda: (
        Path("other.yaml").write_text(NEEDED.replace("pingvas.example", "other.example")),
        os.environ.update(PINGVAS_CONFIG="other.yaml"),
    ),
    "a file by hand": lambda: rewritten("tree/terraform/platform/main.tf", b"module", b"modulo"),
    "a lost file": lambda: Path("tree/terraform/modules/cdn/main.tf").unlink(),
    "a lost folder": lambda: shutil.rmtree("tree/terraform/modules/cdn"),
    "a lost seed": lambda: Path("tree/k8s/facts/dev/facts.yaml").unlink(),
    "a seed of others": lambda: Path("tree/k8s/facts/dev/facts.yaml").write_text("theirs\n"),
    "a link": linked,
    "a lost record": lambda: Path("tree/.pingvas-rendered.json").unlink(),
    "a damaged record": lambda: Path("tree/.pingvas-rendered.json").write_text("{"),
    "a run that was killed": interrupted,
}  # fmt: skip


@pytest.mark.parametrize("options", [(), ("--check",), ("--diff",)], ids=str)
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_remembered_changes_no_answer(
    cli: Run, change: str, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every change is answered as it is by a machine that remembers nothing."""
    for name in ("DATABASE__MAX_ACU", "DATABASE__MAX_AKU", "CONFIG"):
        monkeypatch.setenv(f"PINGVAS_{name}", "")
    cli("render", "--dir", "tree")
    cli("render", "--dir", "tree")
    CHANGES[change]()
    shutil.copytree("tree", "kept", symlinks=True)
    remembering = (*cli("render", "--dir", "tree", "-o", "json", *options), files(Path("tree")))
    shutil.rmtree("tree")
    shutil.rmtree("CACHE")
    Path("kept").rename("tree")
    afresh = (*cli("render", "--dir", "tree", "-o", "json", *options), files(Path("tree")))
    assert remembering == afresh


def test_a_switch_that_goes_off_takes_its_module_along(cli: Run) -> None:
    cli("render")
    assert Path("terraform/modules/file_store/versions.tf").exists()
    Path("pingvas.yaml").write_text(NEEDED + "file_store: {enabled: false}\n")
    assert cli("render")[0] == 0
    assert not Path("terraform/modules/file_store").exists()


def test_validate_without_aws_judges_the_configuration_alone(cli: Run) -> None:
    Path("pingvas.yaml").write_text("local: {port_offset: 10}\n")
    code, out, err = cli("validate")
    assert (code, out) == (0, "")
    assert "platform.target: aws" in err
    Path("pingvas.yaml").write_text("local: {port_ofset: 10}\n")
    assert cli("validate")[0] == 2


MODULE = "registry.example.com/" + "modules/" * 12
DIAGNOSED = {
    "severity": "error",
    "summary": "Reference to undeclared module",
    "detail": f"There is no module:\n\n  {MODULE}\n\nthere.",
    "range": {"filename": "main.tf", "start": {"line": 3}},
}


def terraform_that_says(found: object) -> None:
    """A program of this name on the path that `cli` sets."""
    said = {"version": {"terraform_version": "1.15.9"}, "validate": {"diagnostics": [found]}}
    Path("bin").mkdir()
    cases = "".join(f"{verb}) printf %s '{json.dumps(told)}';;\n" for verb, told in said.items())
    Path("bin/terraform").write_text(f'#!/bin/sh\ncase "$1" in\n{cases}esac\n')
    Path("bin/terraform").chmod(0o755)


@pytest.mark.usefixtures("cli")
@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_terraform_says_fits_a_terminal_of_80_columns(language: str) -> None:
    terraform_that_says(DIAGNOSED)
    with terminal(80) as seen:
        assert run(("validate", "--lang", language), build) == 1
    assert max(map(cells.width, seen.lines)) <= 80
    assert "Reference to undeclared module: There is no module:" in seen.words
    assert MODULE in seen.words.replace(" ", "")


def test_validate_shows_every_check_and_says_that_terraform_is_missing(cli: Run) -> None:
    code, out, err = cli("validate", "-o", "json")
    assert code == 0
    states = {one["check"]: one["state"] for one in json.loads(out)}
    assert states["support_dates"] in ("ok", "warning")
    assert states["tls"] == "fact"
    assert (states["terraform"], states["rendered_tree"]) == ("skipped", "skipped")
    assert "terraform is not at hand" in out
    assert "Nothing is wrong" in err


def test_validate_names_the_place_of_a_fault(cli: Run) -> None:
    Path("pingvas.yaml").write_text(NEEDED + "edge:\n  firewall: {admin_paths: [/v1/tags]}\n")
    code, _, err = cli("validate", "-o", "json")
    assert code == 2
    error = json.loads(err)["error"]
    assert error["code"] == "validation.fails"
    (finding,) = error["findings"]
    assert finding["code"] == "validation.path_closed"
    assert finding["where"] == "pingvas.yaml:4 edge.firewall.admin_paths.0"


def test_validate_finds_drift_of_what_is_rendered(cli: Run) -> None:
    cli("render")
    assert cli("validate")[0] == 0
    Path("terraform/platform/main.tf").write_text("# mine\n")
    code, _, err = cli("validate", "-o", "json")
    assert code == 5
    assert json.loads(err)["error"]["findings"][0]["where"] == "terraform/platform/main.tf"


def test_validate_speaks_korean_to_people_and_english_to_programs(cli: Run) -> None:
    assert "terraform이 없어" in cli("validate", "--lang", "ko")[1]
    assert "terraform is not at hand" in cli("validate", "--lang", "ko", "-o", "json")[1]


@pytest.mark.parametrize("command", [("render",), ("render", "--check"), ("render", "--diff")])
def test_a_file_in_the_place_of_the_folder_is_told(cli: Run, command: tuple[str, ...]) -> None:
    Path("tree").write_text("mine")
    code, _, err = cli(*command, "--dir", "tree", "-o", "json")
    assert (code, json.loads(err)["error"]["code"]) == (2, "rendering.not_a_folder")
    assert Path("tree").read_text() == "mine"


def test_an_approval_is_refused_where_nothing_is_approved(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert run(("bootstrap", "--dry-run", "--approve", "d", "-o", "json")) == 2
    assert json.loads(capsys.readouterr().err)["error"]["code"] == "cli.approve_local"
