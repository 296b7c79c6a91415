"""The kinds of jobs: which of diffusers' auto classes makes them, from which arguments.

An upscale is a high-resolution pass of the checkpoint itself: the source is enlarged (Lanczos) and
its last part of the noise is drawn anew, image to image. That works for every family and needs no
second checkpoint; Stability's latent upscaler would be one, for Stable Diffusion 1 and 2 alone.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from PIL import Image as Images
from PIL.Image import Image

from services.contracts.jobs import GenerationJob, JobKind, steps_done
from worker.errors import JobFailure
from worker.pipelines.pipeline import Order

# How much of the noise an upscale draws anew when the job does not say.
UPSCALE_STRENGTH: Final = 0.35
# Half-way between two whole steps nothing is left to the rounding of floats.
_A_BIT_OF_A_STEP = 0.25
_MASK_THRESHOLD = 128

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """`arguments` are those beside the words, the seed and the steps' callback.

    `needs` names what the order must have.
    """

    auto_class: str
    arguments: Callable[[Order, bool], Arguments]
    needs: tuple[str, ...] = ()

    def refuse_incomplete(self, order: Order) -> None:
        """Raise JobFailure for an order without its pictures."""
        for name in self.needs:
            if getattr(order, name) is None:
                detail = f"a job of kind {order.job.kind!r} needs a {name}"
                raise JobFailure("job_invalid", detail, retryable=False)


def kind_of(job: GenerationJob) -> Kind:
    """Raises JobFailure for a kind that no release known here can do."""
    try:
        return KINDS[JobKind(job.kind)]
    except ValueError:
        detail = f"this worker can't do {job.kind!r}"
        raise JobFailure("kind_unsupported", detail, retryable=False) from None


def steps_of(job: GenerationJob) -> int:
    """Steps that are computed for one picture, as they are billed."""
    return steps_done(job.steps, job.strength)


def finish(order: Order, picture: Image) -> Image:
    """What the mask leaves out is the source's, untouched by encoder and decoder."""
    if order.job.kind != JobKind.INPAINT or order.mask is None or order.source is None:
        return picture
    anew = order.mask.point(lambda level: 255 if level >= _MASK_THRESHOLD else 0)
    return Images.composite(picture, order.source, anew)


def _from_words(order: Order, _is_flow: bool) -> Arguments:
    return _size(order.job) | {"num_inference_steps": order.job.steps}


def _from_source(order: Order, is_flow: bool) -> Arguments:
    job = order.job
    return (
        _size(job)
        | _schedule(job.steps, steps_of(job), is_flow=is_flow)
        | {"image": order.source, "mask_image": order.mask}
    )


def _enlarged(order: Order, is_flow: bool) -> Arguments:
    """All of the job's steps are spent on the part of the noise that is drawn anew."""
    job, wanted = order.job, steps_of(order.job)
    strength = UPSCALE_STRENGTH if job.strength is None else job.strength
    whole = max(wanted, math.ceil(wanted / max(strength, 0.01)))
    return _size(job) | _schedule(whole, wanted, is_flow=is_flow) | {"image": order.source}


def _size(job: GenerationJob) -> Arguments:
    return {"width": job.width, "height": job.height}


def _schedule(whole: int, wanted: int, *, is_flow: bool) -> Arguments:
    """The strength of which `wanted` of the `whole` steps are left.

    Pipelines of noise round down the steps to do, those of flows the steps to leave out.
    """
    aim = wanted - _A_BIT_OF_A_STEP if is_flow else wanted + _A_BIT_OF_A_STEP
    strength = 1.0 if wanted >= whole else aim / whole
    return {"num_inference_steps": whole, "strength": strength}


KINDS: Final[Mapping[JobKind, Kind]] = MappingProxyType(
    {
        JobKind.TEXT_TO_IMAGE: Kind("AutoPipelineForText2Image", _from_words),
        JobKind.IMAGE_TO_IMAGE: Kind("AutoPipelineForImage2Image", _from_source, ("source",)),
        JobKind.INPAINT: Kind("AutoPipelineForInpainting", _from_source, ("source", "mask")),
        JobKind.UPSCALE: Kind("AutoPipelineForImage2Image", _enlarged, ("source",)),
    }
)
