"""Rules for every test: nothing of the caller's settings, and no skip where nothing may miss."""

from __future__ import annotations

import os

import pytest

# A caller who has set pingvas up, or speaks Korean, runs the same tests.
for name in [name for name in os.environ if name.startswith("PINGVAS_")]:
    if name != "PINGVAS_PG_BIN":
        del os.environ[name]
os.environ["LC_ALL"] = "C"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks a PostgreSQL server, so that the same tests can be run on another version."""
    for item in items:
        if "postgres" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn skipped tests into a failed run when everything is said to be installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and os.environ.get("FAIL_ON_SKIP") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
