"""`python -m tests.worker.breaking`: the worker, whose device breaks while another load lasts.

The first checkpoint's job fails for good once the second one is being loaded, which takes longer
than anybody waits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from worker.checkpoints.shelf import Shelved
from worker.errors import JobFailure
from worker.pipelines import loading
from worker.pipelines.device import Device
from worker.pipelines.options import Options
from worker.pipelines.pipeline import Listener, Order, Pipeline, Rendered

LOAD_SECONDS = 600.0


class Broken:
    """A pipeline on a device that is gone."""

    size_bytes = 1

    def __init__(self, may_break: threading.Event) -> None:
        self._may_break = may_break

    def render(self, _order: Order, listener: Listener) -> Rendered:
        listener.on_step(1, 2)
        self._may_break.wait()
        raise JobFailure("device_lost", "the device failed", retryable=True, fatal=True)

    def close(self) -> None:
        return


def loader(
    device: Device, batch_size: int | None, options: Options | None = None
) -> Callable[[Shelved], Pipeline]:
    """As `worker.pipelines.loading` has it."""
    is_loading, loads = threading.Event(), iter((False, True))

    def load(_shelved: Shelved) -> Pipeline:
        if next(loads):
            is_loading.set()
            time.sleep(LOAD_SECONDS)
        return Broken(is_loading)

    return load


if __name__ == "__main__":
    room: Any = loading
    room.loader = loader
    from worker.main import main

    main()
