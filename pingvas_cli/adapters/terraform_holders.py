"""Does whoever holds the lock of a state still work on this machine?

A lock names a user and a host, no process. It is held by a living one when a terraform of this
user, as old as the lock, works on the same backend; that is read from its folder of data.
"""

from __future__ import annotations

import getpass
import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil

from pingvas_cli.ports.terraform_root import Holder, StateLock

DATA: Final = "TF_DATA_DIR"
CHDIR: Final = "-chdir="
FRACTION: Final = re.compile(r"\.\d+")


def holder(lock: StateLock, data: Path) -> Holder:
    """What is known of a lock's holder; `data` is where our own root keeps its data."""
    if lock.who != f"{getpass.getuser()}@{socket.gethostname()}":
        return Holder.ELSEWHERE
    since, ours = _moment(lock.created), _backend(data)
    for process in _terraforms():
        with suppress(psutil.Error):
            if process.create_time() <= since and _backend(_data_of(process)) == ours:
                return Holder.ALIVE
    return Holder.DEAD


def _terraforms() -> Iterator[psutil.Process]:
    """Every terraform that this user may look into."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.name() == "terraform" and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def _data_of(process: psutil.Process) -> Path:
    """Where a terraform keeps its data; raises what psutil raises when it is gone."""
    moves = [Path(each.removeprefix(CHDIR)) for each in process.cmdline() if CHDIR in each[:8]]
    folder = Path(process.cwd()).joinpath(*moves)
    return folder / process.environ().get(DATA, ".terraform")


def _backend(data: Path) -> Any:  # noqa: ANN401 - Terraform's own document, only compared
    """Type and settings of the backend that was turned to; None for the default one."""
    with suppress(OSError, ValueError, KeyError):
        found = json.loads((data / "terraform.tfstate").read_text(encoding="utf-8"))["backend"]
        config = found["config"]
        return found["type"], [config.get(name) for name in ("bucket", "key", "path")]
    return None


def _moment(created: str) -> float:
    """`2026-11-23 19:09:30.147623 +0000 UTC` in seconds since the epoch, rounded up."""
    plain = FRACTION.sub("", created).removesuffix(" UTC").strip()
    with suppress(ValueError):
        return datetime.strptime(plain, "%Y-%m-%d %H:%M:%S %z").timestamp() + 1
    return datetime.now(UTC).timestamp()
