"""An image from its Dockerfile, on this machine's architecture."""

from __future__ import annotations

from dataclasses import dataclass
from subprocess import CompletedProcess

from tests.architecture.tree import ROOT
from tests.images.engine import Engine
from tests.images.python_image import PythonImage

RELEASE, REVISION = "0.0.0-test", "0" * 40
EPOCH = "1700000000"
LABELS = (
    f"--build-arg=RELEASE={RELEASE}",
    f"--build-arg=REVISION={REVISION}",
    f"--build-arg=SOURCE_DATE_EPOCH={EPOCH}",
)


@dataclass(frozen=True)
class Builder:
    """buildah, Python's image and the way to the package index."""

    engine: Engine
    python: PythonImage
    index: tuple[str, ...]

    def attempt(self, program: str, *arguments: str) -> CompletedProcess[str]:
        """Build `services` or `worker` with these arguments alone, whatever comes of it."""
        return self.engine.attempt(
            "buildah",
            *("bud", "--isolation=chroot", "--network=host", "--pull-never", "--no-cache"),
            *(f"--file={ROOT / program / 'Dockerfile'}", f"--timestamp={EPOCH}"),
            *self.index,
            *arguments,
            str(ROOT),
        )

    def build(self, program: str, tag: str) -> str:
        """The name of the image that was built."""
        name = f"localhost/pingvas/{program}:{tag}"
        answer = self.attempt(program, f"--tag={name}", *self.python.arguments, *LABELS)
        assert answer.returncode == 0, (answer.stdout + answer.stderr)[-4000:]
        return name
