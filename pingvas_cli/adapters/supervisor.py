"""supervisord (PyPI `supervisor`) as the process supervisor, over its XML-RPC unix socket.

Each group is one file in `conf.d`; the files hold the programs' environment, so they are 0600.
Programs don't start by themselves: bootstrap orders them, supervisord restarts what dies.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from traceback import clear_frames
from typing import Any, Final
from xml.parsers.expat import ExpatError
from xmlrpc.client import Error as XmlRpcError
from xmlrpc.client import Fault, ServerProxy

from pingvas_cli.adapters.supervisor_files import group_text, main_text
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.supervisor import Program, ProgramState, ProgramStatus
from pingvas_cli.private_files import write_private

# macOS takes 103 bytes, and supervisord binds the path with its process id behind it.
LONGEST_SOCKET_PATH: Final = 95
STATES: Final = {
    "RUNNING": ProgramState.RUNNING,
    "STARTING": ProgramState.STARTING,
    "BACKOFF": ProgramState.RESTARTING,
    "EXITED": ProgramState.RESTARTING,
    "STOPPING": ProgramState.STOPPED,
    "STOPPED": ProgramState.STOPPED,
    "FATAL": ProgramState.FAILED,
    "UNKNOWN": ProgramState.FAILED,
}
ALREADY_STARTED: Final = 60
NOT_RUNNING: Final = 70
BAD_NAME: Final = 10


@dataclass(frozen=True)
class SupervisordSupervisor:
    """One supervisord whose files are in `folder`; `environment` is what every program inherits."""

    folder: Path
    logs: Path
    environment: Mapping[str, str]

    @property
    def socket(self) -> Path:
        return self.folder / "s.sock"

    def running(self) -> bool:
        if not self._may_answer:
            return False
        try:
            return bool(self._call("getState")["statecode"] == 1)
        except PingvasError:
            return False

    def pid(self) -> int | None:
        if not self._may_answer:
            return None
        with suppress(PingvasError):
            return int(self._call("getPID"))
        return None

    def launch(self) -> None:
        if len(os.fsencode(self.socket)) > LONGEST_SOCKET_PATH:
            raise PingvasError("local.socket_path_too_long", where=str(self.socket))
        self._write_main()
        done = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._conf)],
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
        )
        if done.returncode:
            detail = (done.stderr or done.stdout).strip()[-500:]
            raise PingvasError("local.supervisor_fails", where=str(self._conf), detail=detail)

    def shutdown(self) -> None:
        pid = self.pid()
        with suppress(PingvasError):
            self._call("shutdown")
        deadline = time.monotonic() + 60
        while pid is not None and _alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)

    def declares(self, group: str, programs: Sequence[Program]) -> bool:
        with suppress(OSError):
            return self._group_file(group).read_text(encoding="utf-8") == group_text(
                group, programs
            )
        return False

    def declare(self, group: str, programs: Sequence[Program]) -> None:
        write_private(self._group_file(group), group_text(group, programs))
        ((added, changed, removed),) = self._call("reloadConfig")
        for name in [*changed, *removed]:
            self._stop(name)
            self._forgiving("removeProcessGroup", name, forgive={BAD_NAME})
        for name in [*added, *changed]:
            self._forgiving("addProcessGroup", name, forgive={90})

    def start(self, group: str) -> None:
        for status in self.statuses():
            if status.group == group and status.state in (
                ProgramState.STOPPED,
                ProgramState.FAILED,
            ):
                name = f"{group}:{status.name}"
                self._forgiving("startProcess", name, False, forgive={ALREADY_STARTED})

    def stop(self, *groups: str) -> None:
        with ThreadPoolExecutor(max_workers=len(groups)) as pool:
            for ended in [pool.submit(self._stop, group) for group in groups]:
                ended.result()

    def statuses(self) -> tuple[ProgramStatus, ...]:
        if not self._may_answer:
            return ()
        try:
            found = self._call("getAllProcessInfo")
        except PingvasError:
            return ()
        return tuple(_status(each) for each in found)

    @property
    def _may_answer(self) -> bool:
        """There is a socket; in a folder closed to this user there is none for it."""
        try:
            return self.socket.is_socket()
        except OSError:
            return False

    @property
    def _conf(self) -> Path:
        return self.folder / "supervisord.conf"

    def _group_file(self, group: str) -> Path:
        return self.folder / "conf.d" / f"{group}.conf"

    def _write_main(self) -> None:
        self._group_file("x").parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = main_text(self.folder, self.logs, self.socket, as_root=os.geteuid() == 0)
        write_private(self._conf, text)

    def _stop(self, group: str) -> None:
        self._forgiving("stopProcessGroup", group, forgive={BAD_NAME, NOT_RUNNING})

    def _forgiving(self, method: str, *args: object, forgive: set[int]) -> None:
        try:
            self._call(method, *args)
        except PingvasError as error:
            if error.params.get("fault") not in forgive:
                raise

    def _call(self, method: str, *args: object) -> Any:  # noqa: ANN401 - XML-RPC has no types
        from supervisor.xmlrpc import SupervisorTransport

        transport = SupervisorTransport(None, None, serverurl=f"unix://{self.socket}")
        try:
            proxy = ServerProxy("http://127.0.0.1", transport=transport)
            return getattr(proxy.supervisor, method)(*args)
        except Fault as error:
            raise PingvasError(
                "local.supervisor_refuses",
                where=f"{method} {' '.join(map(str, args))}",
                detail=error.faultString,
                fault=error.faultCode,
            ) from error
        except (OSError, HTTPException, XmlRpcError, ExpatError) as error:
            # The transport's frames hold an answer half read, and with it the socket.
            clear_frames(error.__traceback__)
            raise PingvasError("local.supervisor_away", where=str(self.socket)) from error
        finally:
            transport.close()


def _status(info: dict[str, Any]) -> ProgramStatus:
    running = info["statename"] in ("RUNNING", "STARTING")
    return ProgramStatus(
        name=info["name"],
        group=info["group"],
        state=STATES.get(info["statename"], ProgramState.FAILED),
        pid=info["pid"] or None,
        uptime_s=float(info["now"] - info["start"]) if running else 0.0,
        detail=info["spawnerr"] or info["description"],
    )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
