"""Schedulers by the names that people use; the checkpoint's own when none is asked for."""

from typing import Any

from services.contracts.schedulers import Scheduler
from worker.errors import JobFailure

CLASSES: dict[Scheduler, tuple[str, dict[str, object]]] = {
    Scheduler.DDIM: ("DDIMScheduler", {}),
    Scheduler.DDPM: ("DDPMScheduler", {}),
    Scheduler.PNDM: ("PNDMScheduler", {"skip_prk_steps": True}),
    Scheduler.HEUN: ("HeunDiscreteScheduler", {}),
    Scheduler.EULER: ("EulerDiscreteScheduler", {}),
    Scheduler.EULER_ANCESTRAL: ("EulerAncestralDiscreteScheduler", {}),
    Scheduler.DPMPP_2M: ("DPMSolverMultistepScheduler", {}),
    Scheduler.DPMPP_2M_KARRAS: ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    Scheduler.UNIPC: ("UniPCMultistepScheduler", {}),
    Scheduler.FLOW_EULER: ("FlowMatchEulerDiscreteScheduler", {}),
    Scheduler.FLOW_HEUN: ("FlowMatchHeunDiscreteScheduler", {}),
}


def make_scheduler(own: Any, name: str | None) -> Any:  # noqa: ANN401 - diffusers is untyped
    """A fresh scheduler for one job. Raises JobFailure when the checkpoint can't use it."""
    if name is None:
        return type(own).from_config(own.config)
    if name not in CLASSES:
        raise _unusable(f"there is no scheduler named {name!r}")
    wanted, options = CLASSES[Scheduler(name)]
    for candidate in {type(own), *own.compatibles, *_followers_of_flow(own)}:
        if candidate.__name__ == wanted:
            return candidate.from_config(own.config, **options)
    raise _unusable(f"this checkpoint can't use the scheduler {name!r}")


def _followers_of_flow(own: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """diffusers names no compatibles for them, yet each goes by the other's configuration."""
    import diffusers

    kinds = (diffusers.FlowMatchEulerDiscreteScheduler, diffusers.FlowMatchHeunDiscreteScheduler)
    return kinds if isinstance(own, kinds) else ()


def _unusable(detail: str) -> JobFailure:
    return JobFailure("scheduler_unusable", detail, retryable=False)
