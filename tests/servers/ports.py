"""Free TCP ports on loopback, below the range that the system hands to outgoing connections."""

from __future__ import annotations

import os
import random
import socket
from contextlib import suppress

# No local platform of the tests has one of these, wherever its offset (200 to 3000) moves it.
PORTS = range(22_400, 26_500)


def own_ports() -> range:
    """The part of them that belongs to this process of pytest-xdist; all, where it is alone."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return PORTS[worker::workers]


def free_port() -> int:
    """A port that nobody has now, nor had a moment ago; below 32768 so that no client socket takes
    it next."""
    while True:
        port = random.choice(own_ports())  # noqa: S311 - spreads tests, guards nothing
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
