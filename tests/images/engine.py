"""buildah and podman with a store and settings of their own, which work inside a container too.

Nothing here reaches a registry, and nothing touches the machine's own images.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("buildah", "catatonit", "debootstrap", "podman", "runc")
STORAGE = """\
[storage]
driver = "overlay"
graphroot = "{folder}/images"
runroot = "{folder}/run"
[storage.options.overlay]
skip_mount_home = "true"
"""
# crun refuses hybrid control groups; higher limits than the machine's can't be set.
CONTAINERS = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
netns = "host"
log_driver = "k8s-file"
[network]
network_config_dir = "{folder}/networks"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


def missing() -> str:
    """What keeps images from being built here; empty if nothing does."""
    if not all(map(shutil.which, PROGRAMS)):
        return f"apt-get install netavark {' '.join(PROGRAMS)}"
    return "" if os.geteuid() == 0 else "debootstrap needs root"


@dataclass(frozen=True)
class Engine:
    """Both programs on one store."""

    folder: Path

    def prepare(self) -> None:
        """Write the settings, and end what an earlier run left."""
        (self.folder / "networks").mkdir(parents=True, exist_ok=True)
        (self.folder / "storage.conf").write_text(STORAGE.format(folder=self.folder))
        (self.folder / "containers.conf").write_text(CONTAINERS.format(folder=self.folder))
        self.podman("pod", "rm", "--all", "--force")
        self.podman("rm", "--all", "--force")
        self.podman("image", "prune", "--force")

    def attempt(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the programs, whatever comes of it; what it told is in the answer."""
        settings = {
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
        }
        return subprocess.run(
            [program, *arguments],
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=False,
        )

    def podman(self, *arguments: str) -> str:
        """What podman said; it must succeed."""
        answer = self.attempt("podman", *arguments)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()

    def inspect(self, image: str, what: str) -> str:
        """A property of an image, by a Go template."""
        return self.podman("image", "inspect", "--format", what, image)

    def run(self, *arguments: str) -> str:
        """What a container said: unprivileged, on a root that can't be written, then removed."""
        return self.podman("run", "--rm", *CONFINED, *arguments)


CONFINED: Sequence[str] = (
    *("--read-only", "--read-only-tmpfs=false", "--cap-drop=all"),
    *("--security-opt=no-new-privileges", "--pull=never"),
)
