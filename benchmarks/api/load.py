"""The load: wrk with one thread, the same requests for all, every one with a key of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BODY = {
    "checkpoint": "tiny",
    "prompt": "a fox that reads a newspaper in the snow, by an old master",
    "width": 512,
    "height": 512,
    "steps": 20,
}
SCRIPT = """
local tokens = {{}}
for line in io.lines("{tokens}") do tokens[#tokens + 1] = line end
local run, number = "{run}", 0
wrk.method = "POST"
wrk.path = "{path}"
wrk.body = [[{body}]]
wrk.headers["Content-Type"] = "application/json"

function request()
  number = number + 1
  wrk.headers["Authorization"] = "Bearer " .. tokens[number % #tokens + 1]
  wrk.headers["Idempotency-Key"] = run .. number
  return wrk.format()
end

function done(summary, latency, requests)
  print(string.format(
    '{{"requests": %d, "duration_us": %d, "refused": %d, "broken": %d, ' ..
    '"p50_us": %d, "p99_us": %d}}',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class Load:
    """What came back in one run."""

    requests: int
    duration_us: int
    refused: int
    broken: int
    p50_us: int
    p99_us: int

    @property
    def per_second(self) -> float:
        return self.requests / self.duration_us * 1e6


def is_there() -> bool:
    """Whether the generator is installed."""
    return shutil.which("wrk") is not None


def write_tokens(folder: Path, tokens: Sequence[str]) -> None:
    """What the script reads."""
    path = folder / "tokens"
    path.touch(mode=0o600)
    path.write_text("\n".join(tokens))


def send(
    address: str, folder: Path, run: str, *, clients: int, seconds: float, path: str = ""
) -> Load:
    """Send for so long on so many connections; refuses a run in which anything was refused."""
    script = folder / "load.lua"
    script.write_text(
        SCRIPT.format(
            tokens=folder / "tokens",
            run=run,
            body=json.dumps(BODY),
            path=path or "/v1/generations",
        )
    )
    command = [
        "wrk",
        "-t1",
        f"-c{clients}",
        f"-d{seconds}s",
        "--timeout",
        "10s",
        "-s",
        str(script),
        address,
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    load = Load(**json.loads(ran.stdout.strip().splitlines()[-1]))
    if load.refused or load.broken or not load.requests:
        raise RuntimeError(f"{address}: {load}")
    return load
