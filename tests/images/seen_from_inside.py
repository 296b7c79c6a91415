"""Runs inside an image, by its own Python: tells as JSON what somebody there finds.

Not imported by tests; they hand its text to a container. argv: the package to look at.
"""

import importlib.metadata
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PARTS = Path("/opt/pingvas/sbom.cdx.json")
OF_THE_SYSTEM = ("/proc", "/sys", "/dev")
PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}")
LEFT = re.compile(
    r"/\.cache$|\.deb$|/bin/(pip[0-9.]*|easy_install)$|/(pip\.conf|ca\.crt)$|^/(source|wheel)$"
)
LARGEST_TEXT = 2_000_000


def places() -> Iterator[Path]:
    """Every file and folder of the image; no link."""
    for top, folders, files in os.walk("/"):
        if top == "/":
            folders[:] = [name for name in folders if f"/{name}" not in OF_THE_SYSTEM]
        yield from (path for name in folders + files if not (path := Path(top, name)).is_symlink())


def holds_a_key(path: Path) -> bool:
    """A private key in PEM."""
    readable = path.is_file() and os.access(path, os.R_OK)
    if not readable or path.stat().st_size > LARGEST_TEXT or path.suffix == ".pyc":
        return False
    return PRIVATE_KEY.search(path.read_bytes()) is not None


def uncompiled(room: str) -> list[str]:
    """The room's modules that are compiled anew at each start."""
    (site,) = Path("/opt/pingvas/lib").glob("python*/site-packages")
    tag = sys.implementation.cache_tag
    modules = (site / room).rglob("*.py")
    return [
        str(path)
        for path in modules
        if not (path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc").exists()
    ]


def main() -> None:
    """Write all of it."""
    found = list(places())
    names = {str(path) for path in found}
    parts = json.loads(PARTS.read_text())
    told = {
        "user": [os.getuid(), os.getgid(), os.getgroups()],
        "writable": sorted(str(path) for path in found if os.access(path, os.W_OK)),
        "keys": sorted(str(path) for path in found if holds_a_key(path)),
        "left": sorted(name for name in names if LEFT.search(name)),
        "uncompiled": uncompiled(sys.argv[1]),
        "listed": sorted(part["name"] for part in parts["components"]),
        "installed": sorted(each.name for each in importlib.metadata.distributions()),
    }
    sys.stdout.write(json.dumps(told))


main()
