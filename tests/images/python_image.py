"""Python's image as the Dockerfiles name it, made of Debian's packages: no registry is needed.

It stands for docker.io/library/python: `python` and `pip` in /usr/local/bin, root, no entry point.
Its digest is real, so that a build names it by digest as any other. It is never pushed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.images.engine import Engine

SUITE = "bookworm"
PYTHON = "3.11"
REPOSITORY = "docker.io/library/python"
PACKAGES = "python3,python3-venv,ca-certificates"
ENVIRONMENT = "PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
LEFT_OUT = (
    *("./dev/*", "./var/cache/apt/*", "./var/lib/apt/lists/*", "./var/log/*"),
    *("./usr/share/doc/*", "./usr/share/locale/*", "./usr/share/man/*"),
)


@dataclass(frozen=True)
class PythonImage:
    """What the Dockerfiles take as PYTHON_VERSION and PYTHON_DIGEST."""

    version: str
    digest: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """For a build."""
        return (
            f"--build-arg=PYTHON_VERSION={self.version}",
            f"--build-arg=PYTHON_DIGEST={self.digest}",
        )


def python_image(engine: Engine) -> PythonImage:
    """The image of the store, made when this recipe has not been used there yet."""
    recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    name = f"{REPOSITORY}:{PYTHON}-{recipe}"
    if engine.attempt("podman", "image", "exists", name).returncode != 0:
        _make(engine, name)
    return PythonImage(f"{PYTHON}-{recipe}", engine.inspect(name, "{{.Digest}}"))


def _make(engine: Engine, name: str) -> None:
    root = engine.folder / "debian"
    shutil.rmtree(root, ignore_errors=True)
    _run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(root))
    _add_pip(root)
    (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    archive = engine.folder / "debian.tar"
    left_out = [f"--exclude={each}" for each in LEFT_OUT]
    _run("tar", "-C", str(root), "--numeric-owner", *left_out, "-cf", str(archive), ".")
    engine.podman("import", f"--change=ENV {ENVIRONMENT}", str(archive), name)
    shutil.rmtree(root)
    archive.unlink()


def _add_pip(root: Path) -> None:
    """As in Python's image: in /usr/local, and free to install. The wheel is Debian's."""
    (root / f"usr/lib/python{PYTHON}/EXTERNALLY-MANAGED").unlink()
    (wheel,) = (root / "usr/share/python-wheels").glob("pip-*.whl")
    inside = f"/{wheel.relative_to(root)}"
    options = ("--no-index", "--no-cache-dir", "--root-user-action=ignore")
    _run("chroot", str(root), "python3", f"{inside}/pip", "install", *options, inside)


def _run(*command: str) -> None:
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout[-2000:] + answer.stderr[-2000:]
