"""One undisturbed platform for the whole suite, and what it was right after its bootstrap."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.aws_machine import AwsMachine, aws_machine
from tests.e2e.end_state import EndState, end_state
from tests.e2e.own_platform import OwnPlatform, new_platform
from tests.e2e.recoveries import Recovery, write
from tests.servers.aws import CREDENTIALS
from tests.tables import table

RECOVERY = "recovery"
Teach = Callable[[Recovery], None]


@dataclass(frozen=True)
class Bootstrapped:
    """A platform, what `pingvas bootstrap -o json` answered, and what it left."""

    platform: OwnPlatform
    answer: dict[str, Any]
    end_state: EndState


@pytest.fixture(scope="session")
def bootstrapped() -> Iterator[Bootstrapped]:
    platform = new_platform()
    try:
        answer = platform.data("bootstrap")
        yield Bootstrapped(platform, answer, end_state(platform))
    finally:
        platform.destroy()


@pytest.fixture
def platform(bootstrapped: Bootstrapped) -> OwnPlatform:
    """The undisturbed platform, running."""
    return bootstrapped.platform


@pytest.fixture
def teach(record_property: Callable[[str, object], None]) -> Teach:
    """Tells what a kill taught; the test's report takes it to the process that ends the run."""
    return lambda recovery: record_property(RECOVERY, asdict(recovery))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of recoveries; JSON too where E2E_REPORT names a file."""
    ended = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    told = [value for report in ended for name, value in report.user_properties if name == RECOVERY]
    found = [Recovery(**each) for each in told]
    if not found:
        return
    terminalreporter.section("killed while jobs ran")
    for line in table(found):
        terminalreporter.write_line(line)
    if path := os.environ.get("E2E_REPORT"):
        write(found, Path(path))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsMachine]:
    """A machine with terraform, credentials and a state folder, and AWS on loopback."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with aws_machine(tmp_path) as made:
        yield made
