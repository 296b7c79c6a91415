"""The `services` section: the five services, their ports and how far each may grow."""

from collections.abc import Iterator

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem
from pingvas_cli.config.values import EnvironmentName, Percent, Port


class Replicas(Section):
    """Bounds of the HorizontalPodAutoscaler (inventory 97, correction P7)."""

    minimum: int = Field(1, ge=1, le=50, description="Fewest pods (inventory 97).")
    maximum: int = Field(3, ge=1, le=50, description="Most pods, within the quota (correction P7).")

    def problems(self) -> Iterator[Problem]:
        """Bounds the wrong way round."""
        if self.minimum > self.maximum:
            found = problem("minimum", "config.min_above_max", low=self.minimum, high=self.maximum)
            yield found.or_at("maximum")


class Service(Section):
    """One service: the same in both environments but for its replicas."""

    port: Port = Field(8001, description="Port (inventory 11, correction N4).")
    cpu_millicores: int = Field(250, ge=10, le=8000, description="CPU request (correction P11).")
    memory_mib: int = Field(
        256, ge=64, le=16_384, description="Memory, request and limit (correction P11)."
    )
    target_cpu_percent: Percent = Field(70, description="CPU use the autoscaler aims at.")
    dev: Replicas = part(Replicas, "Pods in dev (inventory 22).")
    prod: Replicas = part(Replicas, "Pods in prod (inventory 97).", minimum=2, maximum=8)

    def replicas(self, environment: EnvironmentName) -> Replicas:
        """The bounds in `environment`."""
        return self.dev if environment == "dev" else self.prod


def _prod(maximum: int) -> Replicas:
    return Replicas.model_construct(minimum=2, maximum=maximum)


class ServicesSection(Section):
    """The five services (inventory 22, 50)."""

    user: Service = part(Service, "Accounts and sign-in.", port=8001, prod=_prod(12))
    payment: Service = part(Service, "Credits and subscriptions.", port=8002, prod=_prod(8))
    generation: Service = part(Service, "Jobs and their queue.", port=8003, prod=_prod(20))
    gallery: Service = part(Service, "Images and albums.", port=8004, prod=_prod(20))
    model: Service = part(Service, "Checkpoints on offer.", port=8005, prod=_prod(8))

    def by_name(self) -> dict[str, Service]:
        """The five services by name, in the order of their ports by default."""
        return {name: getattr(self, name) for name in type(self).model_fields}

    def ports(self) -> dict[str, int]:
        """The port of each service by name."""
        return {name: service.port for name, service in self.by_name().items()}

    def problems(self) -> Iterator[Problem]:
        """A port that two services share."""
        owners: dict[int, str] = {}
        for name, port in self.ports().items():
            if port in owners:
                yield problem(
                    f"{name}.port",
                    "config.port_taken_twice",
                    name=name,
                    other=owners[port],
                    port=port,
                ).or_at(f"{owners[port]}.port")
            owners.setdefault(port, name)
