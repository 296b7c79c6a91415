"""A platform that stands still: secrets, and a release whose programs tell what they were given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS, generate, save
from pingvas_cli.bootstrap.local.state_folder import MARK
from tests.pingvas_cli.commands.conftest import Run

PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "programs"
version = "1.2.3"
[tool.hatch.build.targets.wheel]
packages = ["services"]
"""
WEBHOOKS = """\
import json, os, sys
refused = "--unsigned" in sys.argv
print("not a record")
if sys.argv[2] in ("broken", "failing"):
    print("no such person" if sys.argv[2] == "broken" else "another thing", file=sys.stderr)
    sys.exit(2)
print(json.dumps({"event": sys.argv[2], "event_id": "e1", "status": 401 if refused else 200,
    "outcome": "refused" if refused else "applied", "words": sys.argv[1:],
    "secret": os.environ["PINGVAS_WEBHOOK_SECRET"]}))
sys.exit(1 if refused else 0)
"""
RECONCILE = """\
import json, os, sys
found = [{"check": "balance", "subject": "u", "expected": "1", "found": "2"}]
differences = found if os.environ["PINGVAS_ENVIRONMENT"] == "prod" else []
print(json.dumps({"checked": {"people": 2}, "accounts": {"sum": 0}, "differences": differences}))
sys.exit(1 if differences else 0)
"""
KEYS = """\
import json, os, sys
print(json.dumps({"key_id": "k1", "state": "waiting", "signs_from": None, "words": sys.argv[1:],
    "file": os.environ["PINGVAS_SIGNING_KEY_FILE"]}))
"""


@pytest.fixture
def platform(pingvas: Run, state: Path, tmp_path: Path) -> Run:
    """`pingvas` with such a platform in its state folder."""
    tree = tmp_path / "tree"
    for name in ("payment", "user"):
        (tree / "services" / name).mkdir(parents=True)
        (tree / "services" / name / "__init__.py").touch()
    (tree / "services" / "__init__.py").touch()
    (tree / "services" / "payment" / "webhooks.py").write_text(WEBHOOKS)
    (tree / "services" / "payment" / "reconcile.py").write_text(RECONCILE)
    (tree / "services" / "user" / "keys.py").write_text(KEYS)
    (tree / "pyproject.toml").write_text(PROJECT)
    built = json.loads(pingvas("release", "build", "--source", str(tree), "-o", "json")[1])
    for name in ENVIRONMENTS:
        (state / "environments" / name).mkdir(parents=True)
        (state / "environments" / name / "release").write_text(built["id"])
    (state / MARK).touch()
    save(state / "secrets.json", generate())
    return pingvas
