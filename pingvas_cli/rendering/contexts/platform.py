"""A platform as rendering sees it: the configuration, and that of each environment."""

from __future__ import annotations

from dataclasses import dataclass

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.config.values import EnvironmentName


@dataclass(frozen=True)
class Platform:
    """`dev` and `prod` are the whole configuration under the overlay of that environment."""

    configuration: Configuration
    dev: Configuration
    prod: Configuration

    @classmethod
    def plain(cls, configuration: Configuration) -> Platform:
        """A platform whose environments have no overlays."""
        return cls(configuration, configuration, configuration)

    def named(self, environment: EnvironmentName) -> Configuration:
        """The configuration of one environment."""
        return self.dev if environment == "dev" else self.prod

    def environments(self) -> tuple[tuple[EnvironmentName, Configuration], ...]:
        """Both by name, dev first."""
        return tuple((name, self.named(name)) for name in ENVIRONMENTS)
