"""The `local` section: the whole platform as processes of one user on one machine.

Every port lies below 32768, where Linux and macOS hand out no ephemeral ports. This file must
not start anything or look at the machine.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, problem
from pingvas_cli.paths import expanded, state_home

FIRST_EPHEMERAL_PORT: Final = 32768
FIRST_UNPRIVILEGED_PORT: Final = 1024
SERVICE_PORTS: Final[Mapping[str, int]] = {
    "user": 8001,
    "payment": 8002,
    "generation": 8003,
    "gallery": 8004,
    "model": 8005,
}

LocalPort = Annotated[int, Field(ge=FIRST_UNPRIVILEGED_PORT, lt=FIRST_EPHEMERAL_PORT)]
ThreePorts = tuple[LocalPort, LocalPort, LocalPort]


class ObjectStorePorts(Section):
    """The ports that the parts of the local object store use among themselves."""

    master: LocalPort = Field(19333, description="Port of the master (HTTP).")
    master_grpc: LocalPort = Field(29333, description="Port of the master (gRPC).")
    volume: LocalPort = Field(19340, description="Port of the volume server (HTTP).")
    volume_grpc: LocalPort = Field(29340, description="Port of the volume server (gRPC).")
    filer: LocalPort = Field(18888, description="Port of the filer (HTTP).")
    filer_grpc: LocalPort = Field(28888, description="Port of the filer (gRPC).")
    s3_grpc: LocalPort = Field(28333, description="Port of the S3 gateway (gRPC).")


class SmokeTest(Section):
    """The image that bootstrap generates to prove the whole path."""

    width: int = Field(256, ge=64, le=2048, multiple_of=8, description="Width in pixels.")
    height: int = Field(256, ge=64, le=2048, multiple_of=8, description="Height in pixels.")
    steps: int = Field(4, ge=1, le=150, description="Denoising steps.")
    prompt: str = Field(
        "a penguin painting the sea", min_length=1, max_length=500, description="The prompt."
    )


class LocalSection(Section):
    """The local target: dev and prod as processes on loopback."""

    state_dir: Path | None = Field(
        None,
        description="Folder of data, logs, secrets and releases; absolute or starting with `~`. "
        "Unset: `$XDG_STATE_HOME/pingvas` or `~/.local/state/pingvas`.",
    )
    port_offset: int = Field(
        0, ge=-7000, le=3000, description="Added to every port below, to run a second platform."
    )
    dev_service_port_offset: int = Field(
        100, ge=-7000, le=20000, description="The dev services listen at the prod port plus this."
    )
    postgres_port: LocalPort = Field(15432, description="Port of PostgreSQL (both environments).")
    redis_dev_port: LocalPort = Field(16379, description="Port of Redis for dev (inventory 36).")
    redis_prod_ports: ThreePorts = Field(
        (16380, 16381, 16382), description="Ports of the three Redis nodes for prod (inventory 37)."
    )
    sentinel_ports: ThreePorts = Field(
        (26380, 26381, 26382), description="Ports of the three Sentinels (inventory 37)."
    )
    object_store_port: LocalPort = Field(18333, description="Port of the S3 API.")
    object_store_internal_ports: ObjectStorePorts = Field(
        default_factory=ObjectStorePorts.model_construct,
        description="Ports that the object store's parts use among themselves.",
    )
    edge_prod_port: LocalPort = Field(8080, description="Port of the address of prod.")
    edge_dev_port: LocalPort = Field(8180, description="Port of the address of dev.")
    worker_metrics_prod_port: LocalPort = Field(
        8009, description="Port of the first prod worker's metrics; further workers count up."
    )
    worker_metrics_dev_port: LocalPort = Field(
        8109, description="Port of the first dev worker's metrics; further workers count up."
    )
    edge_tls: bool = Field(
        False, description="Serve HTTPS with a certificate of the edge's own internal CA."
    )
    workers_per_environment: int = Field(
        1, ge=1, le=16, description="GPU workers in each environment."
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        "auto", description="Where workers compute; `auto` takes CUDA, then MPS, then the CPU."
    )
    max_upload_mb: int = Field(
        20, ge=1, le=1024, description="Largest picture that may be uploaded, in MB."
    )
    max_checkpoint_mb: int = Field(
        8192, ge=1, le=262_144, description="Largest checkpoint that may be installed, in MB."
    )
    free_disk_gb_required: int = Field(
        3, ge=1, le=1024, description="Free disk that bootstrap asks for, in GB."
    )
    smoke_test: SmokeTest = Field(
        default_factory=SmokeTest.model_construct, description="The image that proves the path."
    )

    def ports(self, services: Mapping[str, int] = SERVICE_PORTS) -> dict[str, int]:
        """Every effective port by name: `postgres`, `redis_prod_1`, `user_dev`, `edge_prod` ...

        `services` are the ports of the prod services; `Configuration.local_ports` passes those
        of the configuration. All are distinct and below 32768, or validation has refused them.
        """
        plain = dict(self._written_ports())
        for name, port in services.items():
            plain[f"{name}_prod"] = port
            plain[f"{name}_dev"] = port + self.dev_service_port_offset
        return {name: port + self.port_offset for name, port in plain.items()}

    def state_folder(self, environ: Mapping[str, str]) -> Path:
        """The folder of the state: `state_dir`, or the XDG default of this user."""
        if self.state_dir is not None:
            return expanded(str(self.state_dir), "local.state_dir")
        return state_home(environ) / "pingvas"

    def problems(self) -> Iterator[Problem]:
        """Ports outside the usable range, taken twice, or a relative folder."""
        folder = str(self.state_dir or "~")
        if not folder.startswith("~") and not Path(folder).is_absolute():
            yield problem("state_dir", "config.path_not_absolute", value=str(self.state_dir))
        for one in port_problems(self.ports()):
            yield replace(one, key=_key(one.key), also=tuple(map(_key, one.also)))

    def _written_ports(self) -> Iterator[tuple[str, int]]:
        yield "postgres", self.postgres_port
        yield "redis_dev", self.redis_dev_port
        yield from _numbered("redis_prod", self.redis_prod_ports)
        yield from _numbered("sentinel", self.sentinel_ports)
        yield "object_store", self.object_store_port
        for part in ObjectStorePorts.model_fields:
            yield f"object_store_{part}", getattr(self.object_store_internal_ports, part)
        yield "edge_prod", self.edge_prod_port
        yield "edge_dev", self.edge_dev_port
        for number in range(self.workers_per_environment):
            suffix = f"_{number + 1}" if number else ""
            yield f"worker_metrics_prod{suffix}", self.worker_metrics_prod_port + number
            yield f"worker_metrics_dev{suffix}", self.worker_metrics_dev_port + number


def port_problems(ports: Mapping[str, int]) -> Iterator[Problem]:
    """Ports that are taken twice or lie outside 1024..32767, by the names of `ports()`."""
    owners: dict[int, str] = {}
    for name, port in ports.items():
        if not FIRST_UNPRIVILEGED_PORT <= port < FIRST_EPHEMERAL_PORT:
            yield problem(name, "config.port_out_of_range", name=name, port=port)
        if port in owners:
            other = owners[port]
            found = problem(name, "config.port_taken_twice", name=name, other=other, port=port)
            yield found.or_at(other, "port_offset")
        owners.setdefault(port, name)


def _numbered(name: str, ports: ThreePorts) -> Iterator[tuple[str, int]]:
    return ((f"{name}_{number}", port) for number, port in enumerate(ports, start=1))


def _key(name: str) -> str:
    """The key that a port's name comes from: `redis_prod_2` is `redis_prod_ports`."""
    stem = name.rstrip("_0123456789")
    part = name.removeprefix("object_store_")
    if part in ObjectStorePorts.model_fields:
        return f"object_store_internal_ports.{part}"
    known = LocalSection.model_fields
    keys = (f"{name}_port", f"{stem}_port", f"{stem}_ports", name)
    return next((key for key in keys if key in known), "dev_service_port_offset")
