"""The `worker` section: GPU workers, from zero, by the length of the queue."""

from collections.abc import Iterator

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, problem
from pingvas_cli.config.values import EnvironmentName

LOST_HEARTBEATS = 3


class WorkerSection(Section):
    """The program that computes images (inventory 21, 27, corrections P5, P12)."""

    dev_maximum: int = Field(3, ge=0, le=300, description="Most workers in dev (inventory 21).")
    prod_maximum: int = Field(15, ge=0, le=300, description="Most workers in prod (inventory 21).")
    cpu_millicores: int = Field(2000, ge=250, le=64_000, description="CPU request (correction P7).")
    memory_mib: int = Field(
        12_288,
        ge=2048,
        le=1_000_000,
        description="Memory; a g4dn.xlarge offers 14481 (correction P7).",
    )
    cache_gb: int = Field(
        80, ge=10, le=4000, description="Checkpoints kept on the node's NVMe (correction D9)."
    )
    jobs_per_worker: int = Field(
        4, ge=1, le=1000, description="Waiting jobs that call for one more worker (correction P5)."
    )
    polling_seconds: int = Field(
        10, ge=1, le=300, description="How often the queue's length is read (correction P5)."
    )
    cooldown_seconds: int = Field(
        300, ge=0, le=7200, description="Idle time until the last worker goes (correction P5)."
    )
    lease_seconds: int = Field(
        30, ge=5, le=600, description="A job is given to another worker after this silence."
    )
    heartbeat_seconds: int = Field(5, ge=1, le=60, description="How often a worker shows itself.")
    grace_seconds: int = Field(
        110,
        ge=10,
        le=900,
        description="Time to hand a job over; spot warns 120 s ahead (correction P8).",
    )

    def maximum(self, environment: EnvironmentName) -> int:
        """Most workers in `environment`."""
        return self.dev_maximum if environment == "dev" else self.prod_maximum

    def problems(self) -> Iterator[Problem]:
        """A lease that a late heartbeat or two would lose."""
        needed = self.heartbeat_seconds * LOST_HEARTBEATS
        if self.lease_seconds < needed:
            yield problem(
                "lease_seconds", "config.too_small", limit=needed, value=self.lease_seconds
            ).or_at("heartbeat_seconds")
