"""A root module run by the terraform program, each run in a session of its own.

A run writes to files, never to us: whoever began it may be killed, and Terraform still ends its
work and saves its state. No secret is an argument; what is signed with comes from the environment.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pingvas_cli.adapters import terraform_events, terraform_holders
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.terraform_root import Holder, Plan, Progress, StateLock, StateVersion

LONGEST_REASON: Final = 600
QUIET: Final = ("-input=false", "-no-color")
UNSAVED: Final = "errored.tfstate"  # Terraform's own name
DATA: Final = "TF_DATA_DIR"
# What a person may have set that would change what is run, or put more into the logs.
UNWANTED: Final = (
    *("TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_WORKSPACE"),
    *("TF_CLI_ARGS", "TF_CLI_ARGS_plan", "TF_CLI_ARGS_apply"),
)
FRAME: Final = re.compile(r"\x1b\[[0-9;]*m|[╷│╵]")  # and its colors


@dataclass(frozen=True)
class ThisTerraformRoot:
    """`root`: the folder of the module; `data`: where Terraform keeps what it fetched.

    `backend` are settings of the backend beyond those in the files.
    """

    root: Path
    data: Path
    environ: Mapping[str, str]
    backend: Mapping[str, str] = field(default_factory=dict)
    program: str = "terraform"
    _begun: dict[Path, subprocess.Popen[bytes]] = field(default_factory=dict)

    def ready(self) -> bool:
        return (self.data / "terraform.tfstate").exists() or (self.data / "providers").is_dir()

    def initialise(self) -> None:
        settings = [f"-backend-config={name}={value}" for name, value in self.backend.items()]
        self._say("init", *QUIET, "-reconfigure", *settings)

    def state(self) -> StateVersion:
        told = self._say("state", "pull")
        if not told.strip():
            return StateVersion()
        found = json.loads(told)
        return StateVersion(str(found["lineage"]), int(found["serial"]))

    def has_unsaved_state(self) -> bool:
        return self._unsaved.exists()

    def save_unsaved_state(self) -> StateLock | None:
        told = self._run("state", "push", UNSAVED)
        if told.returncode and terraform_events.LOCKED in told.stderr:
            lock = terraform_events.lock_in(FRAME.sub(" ", told.stderr))
            if lock is not None:
                return lock
        self._must(told, "state")
        self._unsaved.replace(self.data / UNSAVED)
        return None

    def begin_plan(self, run: Path, saved: Path, *, destroy: bool = False) -> None:
        saved.unlink(missing_ok=True)
        mode = ("-destroy",) if destroy else ()
        self._begin(run, "plan", "-input=false", "-json", *mode, f"-out={saved}")

    def begin_apply(self, run: Path, saved: Path) -> None:
        self._begin(run, "apply", "-input=false", "-json", str(saved))

    def progress(self, run: Path) -> Progress | None:
        running = self._running(run)  # asked first: what it told last is read then
        try:
            told = run.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
        return terraform_events.progress(terraform_events.events(told), running=running)

    def plan(self, saved: Path) -> Plan:
        return terraform_events.plan(json.loads(self._say("show", "-json", str(saved))))

    def outputs(self) -> Mapping[str, Any]:
        found = json.loads(self._say("output", "-json"))
        return {name: each["value"] for name, each in found.items()}

    def holder(self, lock: StateLock) -> Holder:
        return terraform_holders.holder(lock, self.data)

    def unlock(self, lock: StateLock) -> None:
        self._say("force-unlock", "-force", lock.id)

    @property
    def _unsaved(self) -> Path:
        return self.root / UNSAVED

    def _begin(self, run: Path, *arguments: str) -> None:
        """The run's file is locked through what Terraform has open, so the lock ends with it."""
        run.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        run.unlink(missing_ok=True)
        fd = os.open(run, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            self._begun[run] = subprocess.Popen(
                [self.program, *arguments],
                cwd=self.root,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=fd,
                stderr=fd,
                umask=0o077,
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise PingvasError("terraform.absent", where=self.program) from error
        finally:
            os.close(fd)

    def _running(self, run: Path) -> bool:
        if run in self._begun:
            self._begun[run].poll()  # a child that ended must be asked for, or it stays a zombie
        with suppress(FileNotFoundError), run.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def _say(self, *arguments: str) -> str:
        """What a short command told; it is a failure when it ends with another status than 0."""
        told = self._run(*arguments)
        self._must(told, arguments[0])
        return told.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                [self.program, *arguments],
                cwd=self.root,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                umask=0o077,
                check=False,
            )
        except FileNotFoundError as error:
            raise PingvasError("terraform.absent", where=self.program) from error

    def _must(self, told: subprocess.CompletedProcess[str], command: str) -> None:
        if told.returncode:
            detail = " ".join(FRAME.sub(" ", told.stderr or told.stdout).split())
            raise PingvasError(
                "terraform.command_fails",
                where=str(self.root),
                what=f"terraform {command}",
                detail=detail[:LONGEST_REASON],
            )

    @property
    def _environ(self) -> Mapping[str, str]:
        kept = {name: value for name, value in self.environ.items() if name not in UNWANTED}
        told = {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", DATA: str(self.data)}
        return {**kept, **told}
