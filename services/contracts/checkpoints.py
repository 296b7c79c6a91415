"""What a checkpoint is called and what its folder says of it: the model service and workers agree.

Both install: the service by download, the worker's program by conversion. What they leave on the
shelf is the same, down to the checksum.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.contracts.jobs import JobKind

NAME_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,99}$"
MANIFEST_FILE: Final = "checkpoint.json"
# How a folder keeps what is no pipeline of diffusers' layout.
SINGLE_FILE: Final = "weights.safetensors"
SINGLE_FILE_LIKE: Final = "like"
LORA_FILE: Final = "pytorch_lora_weights.safetensors"

Kind = Literal["checkpoint", "lora"]
Base = Literal["sd15", "sd2", "sdxl", "sd3", "flux", "tiny", "unknown"]
Layout = Literal["diffusers", "single_file", "lora"]

# A pebibyte: what says more is no checkpoint.
LARGEST_BYTES: Final = 2**50

# What workers can do with a checkpoint of any base.
ABILITIES: Final = tuple(kind.value for kind in JobKind)
# Native edge in pixels: what a base was trained for when its files do not say.
EDGE_PIXELS: Final[Mapping[Base, int]] = {
    "sd15": 512,
    "sd2": 768,
    "sdxl": 1024,
    "sd3": 1024,
    "flux": 1024,
    "tiny": 64,
    "unknown": 1024,
}
# `tiny` is Stable Diffusion's shape, narrower than any release: for tests and first steps.
_SD_WIDTHS: Final[Mapping[int, Base]] = {768: "sd15", 1024: "sd2"}
_NARROWER_THAN_ANY = 768


class CheckpointManifest(BaseModel):
    """`sha256` covers every file but this one; `width` and `height` are the native size in pixels.

    `family` names the worker's pipeline; `base` is finer, a LoRA fits checkpoints of its own.
    `fingerprint` tells whether the source has changed since; `note` is for people.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    family: str
    sha256: str
    size_bytes: int = Field(ge=0, le=LARGEST_BYTES)
    abilities: tuple[str, ...]
    width: int
    height: int
    source: str
    kind: Kind = "checkpoint"
    base: Base = "unknown"
    layout: Layout = "diffusers"
    fingerprint: str = ""
    note: str = ""

    def public(self) -> dict[str, object]:
        """What the model service registers."""
        return self.model_dump(mode="json", exclude={"fingerprint", "note", "layout"})

    def write(self, folder: Path) -> None:
        """Store it in its folder: last, since where it is, all is."""
        text = self.model_dump_json(indent=2) + "\n"
        (folder / MANIFEST_FILE).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> CheckpointManifest | None:
    """The folder's manifest, or None when there is none that can be read."""
    try:
        return CheckpointManifest.model_validate_json((folder / MANIFEST_FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def digest_of(files: Mapping[str, str]) -> str:
    """A folder's checksum: sha256 over the sorted lines `path NUL sha256 of the file`."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{files[name]}\n".encode())
    return whole.hexdigest()


def base_of(family: str, text_width: int) -> Base:
    """The base of a pipeline's family; Stable Diffusion's by the width of its text states."""
    match family:
        case "sdxl" | "sd3" | "flux":
            return family
        case "sd" if 0 < text_width < _NARROWER_THAN_ANY:
            return "tiny"
        case "sd":
            return _SD_WIDTHS.get(text_width, "unknown")
    return "unknown"
