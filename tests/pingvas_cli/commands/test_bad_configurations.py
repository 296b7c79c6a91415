"""Configurations that can't work, by the command line: code, place and remedy, and nothing done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from pingvas_cli.main import run

Run = Callable[..., tuple[int, str, str]]
NEEDED = (
    "platform: {target: aws, domain: pingvas.example.com, "
    'account_id: "123456789012", owner_email: owner@example.com}\n'
)
HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True)
class Bad:
    """A configuration and the first finding that it gives."""

    what: str
    code: str
    where: str
    remedy: str
    write: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole file."""
        whole = self.write.startswith(("platform", "- "))
        return self.write if whole else NEEDED + self.write


BAD = [
    Bad(**each)
    for each in yaml.safe_load(Path(__file__).with_name("bad_configurations.yaml").read_text())
]
each_bad = pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.what)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in an empty folder, on a machine without terraform."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in ("STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        caught = capsys.readouterr()
        return code, caught.out, caught.err

    return call


@pytest.fixture
def written(bad: Bad, cli: Run, monkeypatch: pytest.MonkeyPatch) -> Bad:
    """The configuration, in the folder that commands run in."""
    Path("pingvas.yaml").write_text(bad.text)
    for name, value in bad.environ.items():
        monkeypatch.setenv(name, value)
    if "repository" not in bad.what:
        monkeypatch.setenv("PINGVAS_GITOPS__REPOSITORY", "https://github.com/owner/name")
    return bad


def told(err: str) -> Mapping[str, Any]:
    """The one error of a run; nothing else is said."""
    assert "Traceback" not in err
    error: Mapping[str, Any] = json.loads(err)["error"]
    return error


def first(error: Mapping[str, Any]) -> tuple[str, str, str]:
    finding = error["findings"][0]
    return finding["code"], finding["where"], finding["remedy"]


@each_bad
def test_it_is_refused_with_code_place_and_remedy(bad: Bad, written: Bad, cli: Run) -> None:
    code, _, err = cli("validate", "-o", "json")
    error = told(err)
    room = "config.invalid" if bad.code.startswith("config.") else "validation.fails"
    assert (code, error["code"]) == (2, room)
    assert first(error) == (bad.code, bad.where, bad.remedy)
    assert [one.name for one in Path().iterdir()] == ["pingvas.yaml"]


@each_bad
def test_korean_says_it_too(bad: Bad, written: Bad, cli: Run) -> None:
    code, _, err = cli("validate", "-o", "json", "--lang", "ko")
    finding = told(err)["findings"][0]
    assert (code, finding["code"], finding["where"]) == (2, bad.code, bad.where)
    assert all(HANGUL.search(finding[key]) for key in ("message", "remedy")), finding


@pytest.mark.parametrize(
    "bad",
    [bad for bad in BAD if bad.code.startswith(("config.", "rendering."))],
    ids=lambda bad: bad.what,
)
def test_nothing_is_rendered_from_it(bad: Bad, written: Bad, cli: Run) -> None:
    code, out, err = cli("render", "--dir", "tree", "-o", "json")
    assert (code, out) == (2, "")
    assert first(told(err))[0] == bad.code
    assert [one.name for one in Path().iterdir()] == ["pingvas.yaml"]


@each_bad
def test_people_read_all_of_it(bad: Bad, written: Bad, cli: Run) -> None:
    code, _, err = cli("validate", "--color", "never")
    assert code == 2
    said = " ".join(err.split())
    assert "Traceback" not in said
    assert bad.where.partition(" ")[0] in said
    assert bad.code in said


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "config.file_missing"),
        (b"platform: {name: \xff\xfe}\n", "config.file_not_utf8"),
        ("platform: {}\n".encode("utf-16"), "config.file_not_utf8"),
        (b"# " * (1 << 20), "config.file_too_large"),
    ],
    ids=["missing", "not utf-8", "utf-16", "huge"],
)
@pytest.mark.parametrize("command", ["validate", "render"])
def test_a_file_that_is_none_is_told(
    command: str, content: bytes | None, code: str, cli: Run
) -> None:
    if content is not None:
        Path("mine.yaml").write_bytes(content)
    ended, _, err = cli(command, "--config", "mine.yaml", "-o", "json")
    assert (ended, first(told(err))[:2]) == (2, (code, "mine.yaml"))


@pytest.mark.parametrize("place", [".", "..", "folder", "/"])
def test_a_folder_is_told(place: str, cli: Run) -> None:
    Path("folder").mkdir()
    ended, _, err = cli("validate", "--config", place, "-o", "json")
    assert (ended, first(told(err))[:2]) == (2, ("config.file_unreadable", place))


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n"])
def test_an_empty_file_is_the_defaults_but_renders_nothing(text: str, cli: Run) -> None:
    Path("pingvas.yaml").write_text(text)
    assert cli("validate")[0] == 0
    ended, _, err = cli("render", "-o", "json")
    assert (ended, told(err)["code"]) == (2, "rendering.incomplete")
    assert [one.name for one in Path().iterdir()] == ["pingvas.yaml"]


def test_there_are_many_and_no_two_alike() -> None:
    assert len(BAD) >= 40
    assert len({(bad.text, *bad.environ) for bad in BAD}) == len(BAD)
    assert len({bad.code for bad in BAD}) >= 40
