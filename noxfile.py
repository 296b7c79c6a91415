"""The project's chores. `nox -l` is the menu; plain `nox` runs what a change must pass.

The sessions share one environment, so that torch is installed once; it is made anew when
pyproject.toml changes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "architecture", "tests"]

ROOMS = ("pingvas_cli", "services", "worker", "tests", "benchmarks", "docs", "noxfile.py")
SHARED = Path(".nox", "shared").absolute()
UNBOUND = "not integration and not e2e and not terraform and not manifests and not images"
# Two processes, each with servers of its own: they wait more than they compute. The later of two
# numbers counts: `nox -s tests -- -n 0` runs in one.
PARALLEL = ("-n", "2", "--dist", "worksteal")
CHAOS = ("tests/services/chaos", "tests/services/stress")
OLDEST_POSTGRESQL = Path(os.environ.get("PINGVAS_PG15_BIN", "/usr/lib/postgresql/15/bin"))


def run(session: nox.Session, program: str, *arguments: str, **environment: str) -> None:
    """Run one of the shared environment's programs, with these variables beside ours."""
    wanted = hashlib.sha256(Path("pyproject.toml").read_bytes()).hexdigest()
    stamp = SHARED / "installed"
    if not stamp.exists() or stamp.read_text() != wanted:
        session.run(sys.executable, "-m", "venv", "--clear", str(SHARED))
        session.run(str(SHARED / "bin" / "pip"), "install", "-q", "-e", ".[local,dev]")
        stamp.write_text(wanted)
    path = f"{SHARED / 'bin'}{os.pathsep}{os.environ['PATH']}"
    session.run(str(SHARED / "bin" / program), *arguments, env={"PATH": path, **environment})


@nox.session
def lint(session: nox.Session) -> None:
    """ruff: style and mistakes."""
    run(session, "ruff", "check", *ROOMS)
    run(session, "ruff", "format", "--check", *ROOMS)


@nox.session
def types(session: nox.Session) -> None:
    """mypy, strict, over everything."""
    run(session, "mypy", *session.posargs)


@nox.session
def architecture(session: nox.Session) -> None:
    """Who may import whom, how large a file may be, what every room must have."""
    run(session, "lint-imports")
    run(session, "pytest", "tests/architecture", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Every test that starts single servers at most."""
    run(session, "pytest", *PARALLEL, "-m", UNBOUND, *session.posargs)


@nox.session
def integration(session: nox.Session) -> None:
    """Several real servers together: failovers, kills, restores."""
    others = [f"--ignore={folder}" for folder in CHAOS]
    run(session, "pytest", *PARALLEL, "-m", "integration", *others, *session.posargs)


@nox.session
def chaos(session: nox.Session) -> None:
    """Kills while hundreds of jobs run; alone, as it judges how soon all goes on."""
    run(session, "pytest", "-m", "integration", *CHAOS, *session.posargs)


@nox.session
def oldest_database(session: nox.Session) -> None:
    """What asks PostgreSQL, once more on 15; the other sessions use the newest."""
    if not (OLDEST_POSTGRESQL / "postgres").exists():
        message = f"{OLDEST_POSTGRESQL} is missing: apt-get install postgresql-15"
        (session.error if os.environ.get("FAIL_ON_SKIP") else session.skip)(message)
    chosen = ("-m", "database and not integration and not e2e", "tests/services")
    pg_bin = str(OLDEST_POSTGRESQL)
    run(session, "pytest", *PARALLEL, *chosen, *session.posargs, PINGVAS_PG_BIN=pg_bin)


@nox.session
def terraform(session: nox.Session) -> None:
    """Rendered roots and modules by Terraform: the stand-in provider if there, or the registry."""
    stand_in = Path("..", "shared", "tools", "terraform-offline").resolve()
    place = Path(os.environ.get("TERRAFORM_OFFLINE", stand_in))
    offline = (place / "terraform-offline").exists()
    session.log(f"provider: {f'stand-in of {place}' if offline else 'real, from the registry'}")
    run(session, "pytest", "-m", "terraform", "tests/terraform", *session.posargs)


@nox.session
def manifests(session: nox.Session) -> None:
    """Custom resources by their definitions' schemas, and everything by checkov, if $CHECKOV."""
    run(session, "pytest", "-m", "manifests", "tests/manifests", *session.posargs)


@nox.session
def e2e(session: nox.Session) -> None:
    """The whole platform: bootstrap, kills, destroy."""
    run(session, "pytest", "-m", "e2e", *session.posargs)


@nox.session
def images(session: nox.Session) -> None:
    """Build the images and run what is in them: Debian's podman, real servers."""
    if shutil.which("podman") is None:
        message = "apt-get install buildah catatonit debootstrap netavark podman runc"
        (session.error if os.environ.get("FAIL_ON_SKIP") else session.skip)(message)
    kept = str(Path(".nox", "images").absolute())
    run(session, "pytest", "-m", "images", "tests/images", *session.posargs, IMAGES_FOLDER=kept)


@nox.session
def docs(session: nox.Session) -> None:
    """Check the generated reference; `nox -s docs -- --write` writes it."""
    run(session, "python", "-m", "docs.generate", *(session.posargs or ["--check"]))


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Compare with named peers in one run and print ratios; name some: `-- cli`."""
    found = sorted(each.name for each in Path("benchmarks").iterdir() if each.is_dir())
    names = session.posargs or [name for name in found if not name.startswith("_")]
    for name in names:
        run(session, "python", "-m", f"benchmarks.{name}")
