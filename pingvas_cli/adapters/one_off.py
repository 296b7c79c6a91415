"""Programs that run to their end, as child processes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.one_off import OneOff

GRACE_S: Final = 10.0


@dataclass(frozen=True)
class ChildOneOffs:
    """Runs each as a child of this process, stderr appended to its log.

    `inherited` is the part of this process's environment that the children get to see.
    """

    inherited: Mapping[str, str]

    def run(self, one_off: OneOff) -> str:
        return "".join(f"{line}\n" for line in self.stream(one_off))

    def stream(self, one_off: OneOff) -> Iterator[str]:
        one_off.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        before = one_off.log.stat().st_size if one_off.log.exists() else 0
        with _append_private(one_off.log) as log, self._started(one_off, log) as process:
            try:
                for line in process.stdout or ():
                    log.write(line.encode())
                    yield line.rstrip("\n")
            except BaseException:
                _end(process)
                raise
        if process.returncode:
            raise PingvasError(
                "local.one_off_fails",
                where=str(one_off.log),
                program=" ".join(one_off.command[1:5]),
                status=process.returncode,
                detail=_end_of(one_off.log, before),
            )

    def _started(self, one_off: OneOff, log: FileIO) -> subprocess.Popen[str]:
        try:
            return subprocess.Popen(
                one_off.command,
                cwd=one_off.directory,
                env={**self.inherited, **one_off.environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            place, detail = str(error.filename or one_off.directory), error.strerror or str(error)
            raise PingvasError(
                "local.cannot_run", where=place, program=one_off.command[0], detail=detail
            ) from error


def _end(process: subprocess.Popen[str]) -> None:
    """Nobody reads on (Ctrl-C, or an error of the reader): the program ends too."""
    process.terminate()
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()


def _append_private(path: Path) -> FileIO:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return FileIO(fd, "a")


def _end_of(log: Path, before: int) -> str:
    """The last lines that this run wrote, behind those of earlier ones."""
    text = log.read_bytes()[before:].decode(errors="replace")
    return "\n".join(text.strip().splitlines()[-5:])
