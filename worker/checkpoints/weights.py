"""Which files of a checkpoint are taken: configuration, tokenizers and safetensors, nothing else.

Pickled weights run code when they are read, so they are never copied; a part that has no others is
refused.
"""

from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from worker.checkpoints.families import read_index
from worker.errors import InstallFailure

PICKLED = frozenset({".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle"})
WANTED = ("model_index.json", "*/*.json", "*/*.txt", "*/*.model", "*/*.safetensors")
# Copies of the same weights in another precision or for another library.
UNWANTED = ("*.fp16.safetensors", "*.bf16.safetensors", "*.non_ema.safetensors", "*/*.fp16.*.json")
_WITHOUT_WEIGHTS = ("scheduler", "tokenizer", "feature_extractor", "image_processor")
_AT_TOP = ("diffusion_pytorch_model", "pytorch_model")
_CHOOSE_SAFETENSORS = "Choose a complete checkpoint whose weights are stored as safetensors."


def select_files(names: Iterable[str]) -> list[str]:
    """Those of the relative paths that are installed: at most one folder deep."""
    return sorted(
        name
        for name in names
        if name.count("/") <= 1
        and any(fnmatch(name, pattern) for pattern in WANTED)
        and not any(fnmatch(name, pattern) for pattern in UNWANTED)
    )


def refuse_other_than_safetensors(path: Path) -> None:
    """Raise InstallFailure for a single file that is anything else."""
    if path.suffix.lower() in PICKLED:
        raise _pickled(path.name)
    if path.suffix.lower() != ".safetensors":
        what = f"{path.name} is no .safetensors file"
        raise InstallFailure("checkpoint_not_safetensors", what, _CHOOSE_SAFETENSORS)


def refuse_pickled_parts(names: Iterable[str]) -> None:
    """Raise InstallFailure when a part of these files has pickled weights and no safetensors."""
    paths = [PurePosixPath(name) for name in names]
    safe = {path.parent for path in paths if path.suffix == ".safetensors"}
    for path in paths:
        if path.suffix.lower() in PICKLED and path.parent not in safe and _is_part(path):
            raise _pickled(path.as_posix())


def refuse_missing_parts(folder: Path) -> None:
    """Raise InstallFailure when a part that `model_index.json` names has no weights."""
    for part, kind in read_index(folder).items():
        if not isinstance(kind, list) or kind[0] is None or part.startswith(_WITHOUT_WEIGHTS):
            continue
        if not any((folder / part).glob("*.safetensors")):
            raise InstallFailure(
                "checkpoint_incomplete",
                f"the part {part!r} has no safetensors weights",
                _CHOOSE_SAFETENSORS,
            )


def _is_part(path: PurePosixPath) -> bool:
    return len(path.parts) == 2 or path.name.startswith(_AT_TOP)


def _pickled(name: str) -> InstallFailure:
    return InstallFailure(
        "checkpoint_pickled",
        f"{name} is pickled: reading it could run any code",
        _CHOOSE_SAFETENSORS,
    )
