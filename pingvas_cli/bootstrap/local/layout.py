"""Where everything of the local platform lies under its state folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.steps.run_folder import RunFolder


@dataclass(frozen=True)
class Layout(RunFolder):
    """The state folder, owned by one user, mode 0700."""

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def supervisor(self) -> Path:
        return self.root / "supervisor"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def database(self) -> Path:
        return self.root / "database" / "data"

    @property
    def wal_archive(self) -> Path:
        return self.root / "database" / "wal_archive"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def object_store(self) -> Path:
        return self.root / "object_store"

    @property
    def edge(self) -> Path:
        return self.root / "edge"

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def environments(self) -> Path:
        return self.root / "environments"

    @property
    def smoke_tests(self) -> Path:
        return self.root / "smoke_tests"

    def log(self, part: str) -> Path:
        """The log of a part, e.g. `dev-user`."""
        return self.logs / f"{part}.log"

    def signing_keys(self, environment: EnvironmentName) -> Path:
        """The folder of an environment's signing keys."""
        return self.keys / environment

    def single_signing_key(self, environment: EnvironmentName) -> Path:
        """The only key of a platform that was made before there were folders of them."""
        return self.keys / f"{environment}-signing-key.pem"

    def mail(self, environment: EnvironmentName) -> Path:
        """Where mails go instead of leaving this machine."""
        return self.root / "mail" / environment

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that the first step makes."""
        return (
            self.root,
            self.keys,
            self.signing_keys("dev"),
            self.signing_keys("prod"),
            self.mail("dev").parent,
            self.mail("dev"),
            self.mail("prod"),
            self.supervisor,
            self.logs,
            self.database.parent,
            self.wal_archive,
            self.cache,
            self.object_store,
            self.edge,
            self.checkpoints,
            self.releases,
            self.environments,
            self.smoke_tests,
        )
