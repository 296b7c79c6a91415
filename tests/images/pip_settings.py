"""pip's settings of this machine, handed to a build as its secrets `pip.conf` and `ca.crt`.

A folder of wheels on this machine is served on loopback for as long as the builds run; an index on
its disk is not taken along.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

TAKEN = ("index-url", "trusted-host", "timeout", "proxy")
CERTIFICATES = "/run/secrets/ca.crt"


class QuietHandler(SimpleHTTPRequestHandler):
    """It tells nobody what was asked for."""

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the library's name
        """Nothing."""


def of_this_machine() -> Mapping[str, str]:
    """What pip reads here, from files and then from variables, by the option's name."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    lines = [line.partition("=") for line in listed.stdout.splitlines()]
    by_weight = sorted(lines, key=lambda line: line[0].startswith(":env:"))
    return {name.rpartition(".")[2]: ast.literal_eval(value) for name, _, value in by_weight}


def offers_torch_without_cuda() -> bool:
    """Whether a folder of this machine has such a wheel; PyPI's brings gigabytes of CUDA."""
    folders = map(Path, of_this_machine().get("find-links", "").split())
    return any(True for folder in folders for _ in folder.glob("torch-*+cpu-*.whl"))


@contextmanager
def handed_over(folder: Path) -> Iterator[tuple[str, ...]]:
    """The options of a build that give it these settings, none of them written into an image."""
    found = of_this_machine()
    lines = ["[global]", *(f"{name} = {found[name]}" for name in TAKEN if name in found)]
    with ExitStack() as stack:
        served = [
            stack.enter_context(_served(Path(place))) if Path(place).is_dir() else place
            for place in found.get("find-links", "").split()
        ]
        if served:
            lines.append(f"find-links = {' '.join(served)}")
        options = [f"--secret=id=pip.conf,src={folder / 'pip.conf'}"]
        if "cert" in found:
            lines.append(f"cert = {CERTIFICATES}")
            options.append(f"--secret=id=ca.crt,src={found['cert']}")
        (folder / "pip.conf").write_text("\n".join(lines) + "\n")
        yield tuple(options)


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
