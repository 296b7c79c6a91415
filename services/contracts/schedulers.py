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
# Families that learned to follow a flow; all other known ones learned to take noise away.
FLOW_FAMILIES = frozenset({"sd3", "flux"})
NOISE_FAMILIES = frozenset({"sd", "sdxl"})


def fits(scheduler: Scheduler, family: str) -> bool:
    """Can checkpoints of this family use it? Of an unknown family nothing is refused here."""
    if family in FLOW_FAMILIES:
        return scheduler in FLOW
    return family not in NOISE_FAMILIES or scheduler not in FLOW
