"""Writes news as workers do, in plain RESP on one socket."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime
from uuid import UUID

STEPS = 1_000_000


class Publisher:
    """`stream` is the key; `jobs` has one running job for each person who watches."""

    def __init__(self, port: int, stream: str, jobs: dict[UUID, UUID]) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._answers = self._socket.makefile("rb")
        self._stream = stream
        self.jobs = jobs
        self.step = 0

    def start(self) -> None:
        """Every job has begun."""
        self._write("started", {"worker": "bench"})

    def advance(self) -> None:
        """One step more for every job."""
        self.step += 1
        self._write("progress", {"step": self.step, "steps": STEPS})

    def finish(self) -> None:
        """Every job is over."""
        self._write("cancelled", {})

    def close(self) -> None:
        """Hang up."""
        self._answers.close()
        self._socket.close()

    def _write(self, kind: str, more: dict[str, object]) -> None:
        at = datetime.now(UTC).isoformat()
        commands = bytearray()
        for user_id, job_id in self.jobs.items():
            body = {"job_id": str(job_id), "at": at, "attempt": 1, "kind": kind, **more}
            fields = {"user": str(user_id), "job": str(job_id), "kind": kind, "attempt": "1"}
            commands += self._command({**fields, "body": json.dumps(body)})
        self._socket.sendall(commands)
        for _ in self.jobs:
            self._answers.readline()
            self._answers.readline()

    def _command(self, fields: dict[str, str]) -> bytes:
        pairs = [part for pair in fields.items() for part in pair]
        words = ["XADD", self._stream, "MAXLEN", "~", "20000", "*", *pairs]
        parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
        return (f"*{len(words)}\r\n" + "".join(parts)).encode()
