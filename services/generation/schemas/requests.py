"""What to draw: four kinds, told apart by `kind`. Without it a request is text to image.

Bounds here are those of any tier; a person's own tier may allow less, see `rules.py`. A source is
named by the id of an own picture or upload; no address or key of an object is ever taken.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field

from services.contracts.checkpoints import NAME_PATTERN
from services.contracts.jobs import JobKind
from services.contracts.schedulers import Scheduler
from services.contracts.whole_numbers import WHOLE

SMALLEST_SIDE_PX = 64
LARGEST_SIDE_PX = 4096
SIDE_STEP_PX = 8
LARGEST_SEED = 2**32 - 1
LORAS_AT_MOST = 5
NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps no such character


Side = Annotated[
    int,
    Field(
        ge=SMALLEST_SIDE_PX,
        le=LARGEST_SIDE_PX,
        multiple_of=SIDE_STEP_PX,
        description="Pixels, in steps of 8; your tier may allow less.",
    ),
    WHOLE,
]
SourceSide = Annotated[Side | None, Field(description="Left out: the source's own, in steps of 8.")]
Text = Annotated[str, Field(max_length=2_000, pattern=NO_NUL)]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Lora(_Sent):
    """A LoRA of the catalogue, made for the checkpoint's base."""

    name: Name
    weight: Annotated[
        float,
        Field(
            ge=-2, le=2, strict=True, allow_inf_nan=False, description="How strongly it is applied."
        ),
    ] = 1.0


class OwnImage(_Sent):
    """A picture of your gallery."""

    image_id: UUID


class OwnUpload(_Sent):
    """A picture that you uploaded."""

    upload_id: UUID


Picture = Annotated[OwnImage | OwnUpload, Field(description="One of your own pictures.")]
Loras = Annotated[
    tuple[Lora, ...], Field(max_length=LORAS_AT_MOST, description="Each at most once.")
]
Strength = Annotated[
    float,
    Field(
        gt=0,
        le=1,
        strict=True,
        allow_inf_nan=False,
        description="How far from the source; 1: all is new.",
    ),
]


class _Drawing(_Sent):
    checkpoint: Name
    prompt: Annotated[Text, Field(min_length=1)]
    negative_prompt: Text = ""
    steps: Annotated[int, Field(ge=1, le=100), WHOLE] = 30
    guidance_scale: Annotated[float, Field(ge=0, le=30, strict=True, allow_inf_nan=False)] = 7.0
    seed: Annotated[
        int | None,
        Field(ge=0, le=LARGEST_SEED, description="Drawn and told when left out."),
        WHOLE,
    ] = None
    count: Annotated[
        int, Field(ge=1, le=16, description="Pictures; your tier may allow fewer."), WHOLE
    ] = 1
    scheduler: Annotated[
        Scheduler | None, Field(description="The checkpoint's own when left out.")
    ] = None
    loras: Loras = ()


class TextToImage(_Drawing):
    """Pictures from words alone."""

    kind: Literal[JobKind.TEXT_TO_IMAGE] = JobKind.TEXT_TO_IMAGE
    width: Side = 512
    height: Side = 512


class _FromSource(_Drawing):
    source: Picture
    strength: Strength = 0.75
    width: SourceSide = None
    height: SourceSide = None


class ImageToImage(_FromSource):
    """A picture drawn anew after words; it is scaled to the size that is asked for."""

    kind: Literal[JobKind.IMAGE_TO_IMAGE]


class Inpaint(_FromSource):
    """The part of a picture that the mask shows in white, drawn anew after words."""

    kind: Literal[JobKind.INPAINT]
    mask: Picture
    strength: Strength = 1.0


class Upscale(_Drawing):
    """A picture made larger; words may say what is seen."""

    kind: Literal[JobKind.UPSCALE]
    prompt: Text = ""
    source: Picture
    factor: Annotated[Literal[2, 4], Field(description="How many times as wide and as high.")] = 2


def _with_kind(sent: Any) -> Any:  # noqa: ANN401 - what somebody sent
    return {"kind": JobKind.TEXT_TO_IMAGE, **sent} if isinstance(sent, dict) else sent


GenerationRequest = Annotated[
    Annotated[TextToImage | ImageToImage | Inpaint | Upscale, Discriminator("kind")],
    BeforeValidator(_with_kind),
]
