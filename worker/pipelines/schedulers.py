"""Schedulers by the names that people use; the checkpoint's own when none is asked for."""

from typing import Any

from worker.errors import JobFailure

_CLASSES: dict[str, tuple[str, dict[str, object]]] = {
    "ddim": ("DDIMScheduler", {}),
    "ddpm": ("DDPMScheduler", {}),
    "pndm": ("PNDMScheduler", {}),
    "lms": ("LMSDiscreteScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler_ancestral": ("EulerAncestralDiscreteScheduler", {}),
    "dpmpp_2m": ("DPMSolverMultistepScheduler", {}),
    "dpmpp_2m_karras": ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "flow_euler": ("FlowMatchEulerDiscreteScheduler", {}),
    "flow_heun": ("FlowMatchHeunDiscreteScheduler", {}),
}


def make_scheduler(own: Any, name: str | None) -> Any:  # noqa: ANN401 - diffusers is untyped
    """A fresh scheduler for one job. Raises JobFailure when the checkpoint can't use it."""
    if name is None:
        return type(own).from_config(own.config)
    if name not in _CLASSES:
        raise _unusable(f"there is no scheduler named {name!r}")
    wanted, options = _CLASSES[name]
    for candidate in {type(own), *own.compatibles}:
        if candidate.__name__ == wanted:
            return candidate.from_config(own.config, **options)
    raise _unusable(f"this checkpoint can't use the scheduler {name!r}")


def _unusable(detail: str) -> JobFailure:
    return JobFailure("scheduler_unusable", detail, retryable=False)
