"""Free TCP ports on loopback, below the range that the system hands to outgoing connections."""

from __future__ import annotations

import random
import socket


def free_port(lowest: int = 20_000, highest: int = 32_000) -> int:
    """A port that nobody listens on now; below 32768 so that no client socket takes it next."""
    while True:
        port = random.randint(lowest, highest)  # noqa: S311 - spreads tests, guards nothing
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
