"""What is answered from written text, and what short commands must not load."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pingvas_cli
from pingvas_cli._version import VERSION
from pingvas_cli.language import choose, option_value

HEAVY = {
    *("boto3", "kubernetes", "psycopg", "torch", "redis", "httpx", "rich", "pydantic"),
    *("yaml", "jinja2", "psutil", "filelock"),
}
PROBE = """
import atexit, sys
atexit.register(lambda: print(" ".join(sys.modules), file=sys.stderr))
from pingvas_cli import main
sys.argv = ["pingvas", *sys.argv[1:]]
main()
"""


def probed(*arguments: str, **variables: str) -> tuple[str, list[str]]:
    """What a run printed, and the modules it loaded."""
    environ = {"PATH": os.defpath, "PYTHONPATH": str(Path(pingvas_cli.__file__).parents[1])}
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**environ, **variables},
    )
    return ran.stdout, ran.stderr.splitlines()[-1].split()


def loaded_by(*arguments: str, **variables: str) -> tuple[str, set[str]]:
    """What a run printed, and the top-level modules it loaded."""
    printed, modules = probed(*arguments, **variables)
    return printed, {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["completion", "show", "--help"], ["--lang=ko", "-h"]]
)
def test_written_answers_load_nothing(arguments: list[str]) -> None:
    printed, modules = loaded_by(*arguments)
    assert printed
    assert not modules & {*HEAVY, "typer", "typing", "re", "enum", "dataclasses"}


@pytest.mark.parametrize("arguments", [["completion", "show", "bash"], ["completion"]])
def test_short_commands_load_nothing_heavy(arguments: list[str]) -> None:
    _, modules = loaded_by(*arguments)
    assert not modules & HEAVY


def test_validation_looks_for_no_plugins() -> None:
    """Pydantic would search every installed package for them."""
    shown, modules = probed("config", "show", PINGVAS_LOCAL__PORT_OFFSET="7")
    assert "local.port_offset" in shown
    assert "pydantic.plugin._loader" in modules
    assert "importlib.metadata" not in modules


def test_an_unchanged_tree_loads_nothing_heavy(tmp_path: Path) -> None:
    needed = {"domain": "a.example", "account_id": "123456789012", "owner_email": "a@b.example"}
    variables = {f"PINGVAS_PLATFORM__{key.upper()}": value for key, value in needed.items()}
    variables["PINGVAS_GITOPS__REPOSITORY"] = "https://github.com/owner/name"
    variables |= {"PINGVAS_CONFIG": os.devnull, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = ["render", "--dir", str(tmp_path / "tree")]
    first, modules = loaded_by(*command, **variables)
    assert "create" in first
    assert modules & HEAVY
    for _ in range(5):  # other tests may touch the repository, which counts as an installation
        again, modules = loaded_by(*command, **variables)
        assert again == ""
        if not modules & HEAVY:
            break
    assert not modules & HEAVY


def test_the_tab_key_loads_nothing_heavy() -> None:
    printed, modules = loaded_by("completion", "show", "b", _PINGVAS_COMPLETE="fish")
    assert printed == "bash\n"
    assert not modules & HEAVY


def test_the_version_is_the_project_s() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION
    assert loaded_by("--version")[0] == f"pingvas {VERSION}\n"
    assert loaded_by("--version", "-o", "json")[0] == f"pingvas {VERSION}\n"


def test_no_words_are_answered_with_the_page_of_commands() -> None:
    assert loaded_by()[0] == loaded_by("--help")[0]


@pytest.mark.parametrize(
    ("arguments", "environ", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "ko_KR.UTF-8"}, "ko"),
        ([], {"LANG": "kok_IN"}, "en"),
        ([], {"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, "en"),
        ([], {"LANG": "C", "LC_MESSAGES": "ko_KR"}, "ko"),
        ([], {"PINGVAS_LANG": "ko", "LC_ALL": "en_US"}, "ko"),
        (["--lang", "en"], {"PINGVAS_LANG": "ko"}, "en"),
        (["status", "--lang=ko"], {}, "ko"),
        (["--", "--lang", "ko"], {}, "en"),
    ],
)
def test_the_language_is_the_nearest_choice(
    arguments: list[str], environ: dict[str, str], language: str
) -> None:
    assert choose(arguments, environ) == language


def test_the_last_value_of_an_option_counts() -> None:
    assert option_value(["-o", "json", "--output=yaml"], "-o", "--output") == "yaml"
    assert option_value(["-o"], "-o") == ""


def test_a_narrow_encoding_is_no_crash() -> None:
    printed, _ = loaded_by("--lang", "ko", "-o", "json", "completion", PYTHONIOENCODING="ascii")
    assert "\\uc0ac" in printed


def through_a_shell(command: str, folder: Path, **variables: str) -> tuple[int, str]:
    """The exit code of `pingvas ...` with a shell's redirections, and its stderr."""
    environ = {"PATH": os.defpath, "PYTHONPATH": str(Path(pingvas_cli.__file__).parents[1])}
    run = f"{sys.executable} -m pingvas_cli {command}"
    state = {"PINGVAS_STATE_DIR": str(folder), "TMPDIR": str(folder)}
    ran = subprocess.run(
        ["/bin/sh", "-c", run],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**environ, **state, **variables},
    )
    return ran.returncode, ran.stderr


@pytest.mark.parametrize(
    "command",
    ["--help >&-", "--version >&- <&-", "config show >&-", "config show 2>&-", "config >&-"],
)
def test_a_closed_stream_is_no_failure(command: str, tmp_path: Path) -> None:
    assert through_a_shell(command, tmp_path) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "command", ["--help", "--version", "config show -o json", "config -y", "completion show bash"]
)
def test_output_that_cannot_be_written_is_one_error(command: str, tmp_path: Path) -> None:
    code, said = through_a_shell(f"{command} >/dev/full", tmp_path)
    assert code == 1
    assert said.count("cli.output_fails]") == 1 or '"cli.output_fails"' in said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert list(tmp_path.iterdir()) == []
