"""Rooms are named by their noun, and one noun has one name in every room."""

from __future__ import annotations

from tests.architecture.tree import ROOT, modules

FORBIDDEN = frozenset({"utils", "util", "helpers", "helper", "common", "base", "models", "misc"})
TOP_LEVEL = ("pingvas_cli", "templates", "services", "worker", "docs", "tests")
SERVICES = ("user", "payment", "generation", "gallery", "model")
SERVICE_FILES = (
    "__init__.py",
    "__main__.py",
    "main.py",
    "settings.py",
    "access.py",
    "queries.sql",
    "errors.py",
    "README.md",
)
# A file, or a folder with a file for each noun where one would grow too long.
SERVICE_ROOMS = ("routes", "schemas", "repository")
KERNEL = frozenset(
    {
        "app",
        "settings",
        "errors",
        "access",
        "db",
        "sql",
        "metrics",
        "logs",
        "health",
        "idempotency",
        "pagination",
    }
)


def test_no_room_is_a_drawer_for_anything() -> None:
    found = [str(m.path) for m in modules() if FORBIDDEN & {*m.path.parts[:-1], m.path.stem}]
    assert not found


def test_the_top_level_is_the_owners() -> None:
    missing = [name for name in TOP_LEVEL if not (ROOT / name).is_dir()]
    assert not missing
    assert (ROOT / "pyproject.toml").exists()
    assert (ROOT / "noxfile.py").exists()


def test_every_service_has_the_same_file_names() -> None:
    missing = [
        f"services/{service}/{name}"
        for service in SERVICES
        for name in SERVICE_FILES
        if not (ROOT / "services" / service / name).exists()
    ]
    assert not missing
    for service in SERVICES:
        folder = ROOT / "services" / service
        assert (folder / "actions").is_dir()
        for room in SERVICE_ROOMS:
            assert (folder / f"{room}.py").exists() != (folder / room).is_dir(), (service, room)


def test_the_kernel_is_a_closed_list() -> None:
    found = {
        path.stem if path.is_file() else path.name
        for path in (ROOT / "services" / "kernel").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert found - {"__init__"} == KERNEL


def test_every_port_has_its_adapter_under_the_same_name() -> None:
    ports = {path.stem for path in (ROOT / "pingvas_cli" / "ports").glob("*.py")} - {"__init__"}
    adapters = {path.stem for path in (ROOT / "pingvas_cli" / "adapters").glob("*.py")}
    # Releases are our own room: pingvas_cli/release implements that port.
    assert ports - adapters == {"releases"}
