"""A root module whose resources are names; each run takes as many looks as a test says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.terraform_root import (
    Action,
    Failure,
    Holder,
    Plan,
    PlannedResource,
    Progress,
    ResourceChange,
    StateLock,
    StateVersion,
    Working,
)


@dataclass
class FakeTerraformRoot:
    """`wanted` is what the files describe, `there` what stands; `looks` how long a run runs."""

    wanted: set[str] = field(default_factory=lambda: {"module.keys.aws_kms_key.this"})
    there: set[str] = field(default_factory=set)
    protected: set[str] = field(default_factory=set)
    told: Mapping[str, Any] = field(default_factory=dict)
    looks: int = 1
    failing: Failure | None = None
    locked: StateLock | None = None
    lock_holder: Holder = Holder.DEAD
    initialised: bool = False
    unsaved: bool = False
    serial: int = 0
    commands: list[str] = field(default_factory=list)
    runs: dict[Path, int] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    results: dict[Path, Progress] = field(default_factory=dict)

    def ready(self) -> bool:
        return self.initialised

    def initialise(self) -> None:
        self.commands.append("init")
        self.initialised = True

    def state(self) -> StateVersion:
        return StateVersion("fake", self.serial) if self.serial else StateVersion()

    def has_unsaved_state(self) -> bool:
        return self.unsaved

    def save_unsaved_state(self) -> StateLock | None:
        if self.locked:
            return self.locked
        self.commands.append("state push")
        self.serial += 1
        self.unsaved = False
        return None

    def begin_plan(self, run: Path, saved: Path, *, destroy: bool = False) -> None:
        self.commands.append("plan")
        changes = self._changes(destroy=destroy)
        text = f"{self.serial} {changes}"
        saved.write_text(text, encoding="utf-8")
        saved.chmod(0o600)
        self.plans[text] = Plan(changes, bool(changes), self._resources(destroy=destroy))
        self._begin(run, Progress(False, complete=True, planned=len(changes)))

    def begin_apply(self, run: Path, saved: Path) -> None:
        self.commands.append("apply")
        plan = self.plan(saved)
        done = tuple(Working(each.address, each.action) for each in plan.changes)
        if not self._begin(run, Progress(False, complete=True, planned=len(done), done=done)):
            return
        self.serial += 1
        for each in plan.changes:
            (self.there.discard if each.action is Action.DELETE else self.there.add)(each.address)

    def progress(self, run: Path) -> Progress | None:
        if run not in self.runs:
            return None
        self.runs[run] -= 1
        return Progress(running=True) if self.runs[run] >= 0 else self.results[run]

    def plan(self, saved: Path) -> Plan:
        try:
            return self.plans[saved.read_text(encoding="utf-8")]
        except (OSError, KeyError) as error:
            what = "terraform show"
            raise PingvasError("terraform.command_fails", what=what, detail="no plan") from error

    def outputs(self) -> Mapping[str, Any]:
        return self.told

    def holder(self, lock: StateLock) -> Holder:
        return self.lock_holder

    def unlock(self, lock: StateLock) -> None:
        self.commands.append("force-unlock")
        self.locked = None

    def _changes(self, *, destroy: bool) -> tuple[ResourceChange, ...]:
        gone = self.there if destroy else self.there - self.wanted
        new = set() if destroy else self.wanted - self.there
        made = (_change(each, Action.CREATE) for each in sorted(new))
        unmade = (
            _change(each, Action.DELETE, protected=each in self.protected) for each in sorted(gone)
        )
        return (*made, *unmade)

    def _resources(self, *, destroy: bool) -> tuple[PlannedResource, ...]:
        """Everything by its name, of whose values nothing is known."""
        wanted = set() if destroy else self.wanted
        return tuple(
            PlannedResource(
                address=each,
                module=each.rpartition(".aws_")[0],
                type="aws_" + each.rpartition(".aws_")[2].split(".")[0],
                before={} if each in self.there else None,
                after={} if each in wanted else None,
            )
            for each in sorted(self.there | wanted)
        )

    def _begin(self, run: Path, result: Progress) -> bool:
        """Whether the run does its work."""
        self.runs[run], self.results[run] = self.looks, result
        if self.locked:
            lock = Failure("", "Error acquiring the state lock")
            self.results[run] = Progress(False, failures=(lock,), lock=self.locked)
        elif self.failing:
            self.results[run] = Progress(False, failures=(self.failing,))
        return self.results[run] is result


def _change(address: str, action: Action, *, protected: bool = False) -> ResourceChange:
    *module, kind, _ = address.split(".")
    return ResourceChange(address, ".".join(module), kind, action, protected)
