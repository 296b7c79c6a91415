"""What stands at one moment, by type, module and region; what estimators look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from pingvas_cli.config.configuration import Configuration

KEY: Final = re.compile(r'\["?([^"\]]+)"?\]$')
# The root's modules of the passive region (inventory 96).
SECOND: Final = "second_"


@dataclass(frozen=True)
class Resource:
    """A resource that stands; `module` is the outermost one, without keys of instances."""

    address: str
    module: str
    type: str
    region: str
    values: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The key of this instance, or empty."""
        found = KEY.search(self.address)
        return found[1] if found else ""

    @property
    def place(self) -> str:
        """The module with its keys: what belongs together, such as a cluster and its instances."""
        return self.address.rpartition(f".{self.type}.")[0]

    def first(self, block: str) -> Mapping[str, Any]:
        """The first block of this name; empty when there is none, or nothing is known of it."""
        found = self.values.get(block)
        return found[0] if isinstance(found, list) and found and found[0] else {}

    def text(self, name: str) -> str:
        """A value as text; empty when it is not known."""
        return str(self.values.get(name) or "")

    def length(self, name: str, otherwise: int) -> int:
        """How many a list has; `otherwise` when that is known only after the apply."""
        found = self.values.get(name)
        return len(found) if isinstance(found, list) and found else otherwise


@dataclass(frozen=True)
class Stock:
    """Everything that stands, and the configuration that says what it is used for.

    `oldest_eks` is the oldest version of EKS in standard support.
    """

    resources: Sequence[Resource]
    configuration: Configuration
    oldest_eks: tuple[int, ...]

    @property
    def region(self) -> str:
        """The platform's region; what is assumed of usage is assumed there."""
        return self.configuration.platform.region

    def of(self, *types: str) -> Iterator[Resource]:
        """Every resource of these types."""
        return (each for each in self.resources if each.type in types)

    def beside(self, resource: Resource, kind: str) -> Iterator[Resource]:
        """Those of a type in the same instance of a module."""
        return (each for each in self.of(kind) if each.place == resource.place)

    def first(self, kind: str) -> Resource | None:
        """One of a type in the platform's region; None when none stands there."""
        return next((each for each in self.of(kind) if each.region == self.region), None)


def resource(
    address: str, module: str, kind: str, values: Mapping[str, Any], configuration: Configuration
) -> Resource:
    """A resource with its region: its own, or that of its module's provider."""
    platform = configuration.platform
    outermost = outermost_of(module)
    of_module = platform.second_region.region if outermost.startswith(SECOND) else platform.region
    return Resource(address, outermost, kind, str(values.get("region") or of_module), values)


def outermost_of(module: str) -> str:
    """`module.cache["dev"]` is `cache`; empty for the root itself."""
    return module.removeprefix("module.").split(".")[0].split("[")[0]


def number(value: object, otherwise: int | float | Decimal = 0) -> Decimal:
    """A number of a plan, exactly as written; `otherwise` when it is not known."""
    return Decimal(str(otherwise if value is None or value == "" else value))
