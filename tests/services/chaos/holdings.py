"""Who holds which job: as Redis has it now, and as the workers' logs tell afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.servers.programs import Program, json_lines
from tests.services.dispatch.keys import key
from tests.services.dispatch.valkey_nodes import Node

ENDED_BY_A_LOSS = frozenset({"lease_lost", "dropped"})


@dataclass(frozen=True)
class Lease:
    """A job in the hands of a process; its token begins with the process's name."""

    job_id: str
    token: str
    attempt: int

    @property
    def worker(self) -> str:
        """The name."""
        return self.token.rpartition("/")[0]


@dataclass(frozen=True)
class Attempt:
    """One delivery of a job to one process; `outcome` is None when that was killed with it."""

    worker: str
    job_id: str
    number: int
    began_at: datetime
    ended_at: datetime | None
    outcome: str | None

    @property
    def is_lost(self) -> bool:
        """Its process was killed, or its lease ran out."""
        return self.outcome is None or self.outcome in ENDED_BY_A_LOSS

    @property
    def seconds(self) -> float:
        """From claim to the end, storing included; 0 without an end."""
        return (self.ended_at - self.began_at).total_seconds() if self.ended_at else 0.0


def leases_of(node: Node) -> frozenset[Lease]:
    """The leases of this moment."""
    with node.client() as client:
        held = client.hgetall(key("held", environment="dev"))
    return frozenset(_lease(str(job_id), str(text)) for job_id, text in held.items())


def _lease(job_id: str, text: str) -> Lease:
    """Its first line has the token first, and the attempt as the eighth."""
    fields = text.partition("\n")[0].split("\t")
    return Lease(job_id, fields[0], int(fields[7]))


def held_by(program: Program, leases: Iterable[Lease]) -> frozenset[Lease]:
    """Those of the leases that the program's process holds."""
    assert program.process is not None
    name = f"-{program.process.pid}"
    return frozenset(each for each in leases if each.worker.endswith(name))


def outcome_of(lease: Lease, attempts: Iterable[Attempt]) -> str | None:
    """How the attempt ended that held the lease, as its worker told."""
    wanted = (lease.worker, lease.job_id, lease.attempt)
    found = [each for each in attempts if (each.worker, each.job_id, each.number) == wanted]
    return found[0].outcome if found else None


def attempts_of(workers: Sequence[Program]) -> list[Attempt]:
    """Every attempt of every process that ever ran in these places."""
    return [attempt for worker in workers for attempt in _told(worker)]


def _told(worker: Program) -> Iterator[Attempt]:
    began: dict[tuple[str, str, int], datetime] = {}
    ended: dict[tuple[str, str, int], tuple[datetime, str]] = {}
    for line in json_lines(worker.log):
        if line["event"] not in ("attempt_began", "attempt_ended"):
            continue
        which = (line["worker"], line["job_id"], line["attempt"])
        at = datetime.fromisoformat(line["timestamp"])
        if line["event"] == "attempt_began":
            began[which] = at
        else:
            ended[which] = (at, line["outcome"])
    for which, at in began.items():
        yield Attempt(*which, at, *ended.get(which, (None, None)))
