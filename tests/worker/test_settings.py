"""What is refused before a worker starts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from worker.settings import WorkerSettings

NEEDED = {
    "environment": "dev",
    "redis_url": "redis://127.0.0.1",
    "images_bucket": "images",
    "checkpoints_dir": "shelf",
}


def test_a_name_that_was_read_from_a_file_is_stripped() -> None:
    settings = WorkerSettings.model_validate(NEEDED | {"worker_name": " gpu-1\n"})
    assert settings.worker_name == "gpu-1"


@pytest.mark.parametrize("name", ["gpu\t1", "gpu\n1", "\x00", "\n", ""])
def test_a_name_that_can_not_be_printed_is_refused(name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        WorkerSettings.model_validate(NEEDED | {"worker_name": name})
    assert [error["loc"] for error in caught.value.errors()] == [("worker_name",)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("redis_url", "nonsense"),
        ("lease_s", "inf"),
        ("lease_s", "0.0001"),
        ("heartbeat_s", "60"),
        ("heartbeat_s", "nan"),
        ("resident_gib", "inf"),
        ("checkpoint_cache_gib", "inf"),
    ],
)
def test_what_a_worker_could_not_live_with_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as caught:
        WorkerSettings.model_validate(NEEDED | {name: value})
    assert (name,) in [error["loc"] for error in caught.value.errors()]
