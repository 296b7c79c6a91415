"""Free TCP ports on loopback, below the range that the system hands to outgoing connections."""

from __future__ import annotations

import os
import random
import socket
from collections import deque
from contextlib import suppress
from typing import Final

# No local platform of the tests has one of these, wherever its offset (200 to 3000) moves it.
PORTS = range(22_400, 26_500)
# The latest that this process drew: a server with many ports opens its first after it drew all.
DRAWN: Final[deque[int]] = deque(maxlen=64)


def own_ports() -> range:
    """The part of them that belongs to this process of pytest-xdist; all, where it is alone."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return PORTS[worker::workers]


def free_port() -> int:
    """A port that nobody has now, nor had a moment ago, nor was drawn here lately; below 32768 so
    that no client socket takes it next."""
    while True:
        port = random.choice(own_ports())  # noqa: S311 - spreads tests, guards nothing
        if port in DRAWN:
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            DRAWN.append(port)
            return port
