"""Logs are JSON lines with who spoke; fields that must not be logged are masked."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging
from services.kernel import logs
logs.configure(service="rooms", environment="dev", release="r1")
logs.logger("a").info("request", path="/v1/x", password="hunter2", email="a@b.c", prompt="a fox")
logging.getLogger("library").warning("it said %s", "hello")
try:
    1 / 0
except ZeroDivisionError:
    logs.logger("a").exception("unexpected")
logging.getLogger("library").debug("quiet")
"""


def test_every_line_is_json_with_its_source_and_without_secrets() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    request, library, failure = (json.loads(line) for line in ran.stdout.splitlines())
    assert request["event"] == "request"
    assert {request[name] for name in ("password", "email", "prompt")} == {"***"}
    assert library["event"] == "it said hello"
    assert library["level"] == "warning"
    assert "ZeroDivisionError" in failure["exception"]
    for line in (request, library, failure):
        assert (line["service"], line["environment"], line["release"]) == ("rooms", "dev", "r1")
        assert line["timestamp"].endswith("Z")
    assert ran.stderr == ""
