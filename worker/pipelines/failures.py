"""torch's and diffusers' exceptions in our words. Their text stays here: it may quote a prompt."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from worker.errors import JobFailure, Stopped

_DEVICE_WORDS = ("CUDA error", "cuDNN error", "CUBLAS_STATUS", "device-side assert")
_MEMORY_WORDS = ("out of memory", "can't allocate memory", "not enough memory")


@contextmanager
def load_failures() -> Iterator[None]:
    """Around loading: what is not about memory or the device is about the files."""
    try:
        yield
    except Exception as error:
        raise _about_machine(error) or _failure("checkpoint_broken", error) from error


@contextmanager
def render_failures() -> Iterator[None]:
    """Around rendering: a ValueError means that diffusers refuses the job's parameters."""
    try:
        yield
    except (Stopped, JobFailure):
        raise
    except ValueError as error:
        detail = "the checkpoint's pipeline refuses these parameters"
        raise JobFailure("job_invalid", detail, retryable=False) from error
    except Exception as error:
        raise _about_machine(error) or _failure("render_failed", error) from error


def is_memory(error: Exception) -> bool:
    """Was there too little memory?"""
    is_named = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return is_named or _any(str(error), _MEMORY_WORDS)


def _about_machine(error: Exception) -> JobFailure | None:
    words = str(error)
    if is_memory(error):
        detail = "the device has too little memory for this size and checkpoint"
        return JobFailure("out_of_memory", detail, retryable=True)
    if _any(words, _DEVICE_WORDS):
        return JobFailure("device_lost", "the device failed", retryable=True, fatal=True)
    return None


def _failure(code: str, error: Exception) -> JobFailure:
    return JobFailure(code, type(error).__name__, retryable=True)


def _any(words: str, needles: tuple[str, ...]) -> bool:
    return any(needle in words for needle in needles)
