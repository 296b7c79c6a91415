"""The schedulers that people may ask for; a worker refuses those its checkpoint can't use."""

from enum import StrEnum


class Scheduler(StrEnum):
    """Names may be added; none is taken away while a release that knows it can still run."""

    DDIM = "ddim"
    DDPM = "ddpm"
    PNDM = "pndm"
    HEUN = "heun"
    EULER = "euler"
    EULER_ANCESTRAL = "euler_ancestral"
    DPMPP_2M = "dpmpp_2m"
    DPMPP_2M_KARRAS = "dpmpp_2m_karras"
    UNIPC = "unipc"
    FLOW_EULER = "flow_euler"
    FLOW_HEUN = "flow_heun"


FLOW = frozenset({Scheduler.FLOW_EULER, Scheduler.FLOW_HEUN})
# Families that learned to follow a flow, and those that learned to take noise away. FLUX sets its
# noise levels itself, which diffusers' Heun does not take.
_NOISE = frozenset(Scheduler) - FLOW
_OF_FAMILY = {
    "sd": _NOISE,
    "sdxl": _NOISE,
    "sd3": FLOW,
    "flux": frozenset({Scheduler.FLOW_EULER}),
}


def fits(scheduler: Scheduler, family: str) -> bool:
    """Can checkpoints of this family use it? Of an unknown family nothing is refused here."""
    return scheduler in _OF_FAMILY.get(family, Scheduler)
