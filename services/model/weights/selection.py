"""Which files of a repository are taken: configuration, tokenizers and safetensors, no programs.

Of weights in two precisions the half one is taken, under the plain name, so that workers find one
set. Names come from strangers: one that leaves its folder spoils the whole repository.
"""

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from services.model.faults import InstallFault
from services.model.ports.hub import HubFile

PICKLED = frozenset({".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle"})
CONFIGURATION = ("model_index.json", "*/*.json", "*/*.txt", "*/*.model")
WEIGHTS = ("*/*.safetensors",)
VARIANT = re.compile(r"\.(fp16|bf16|fp32|non_ema|ema)(?=[.-])")
HALF = ".fp16.safetensors"
SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,150}", re.ASCII)
MOST_FILES = 200
MOST_LISTED = 20_000
LARGEST_TEXT_BYTES = 16 * 1024 * 1024


def select_pipeline(files: Sequence[HubFile]) -> dict[str, HubFile]:
    """A whole pipeline: where each file goes, and which it is. Raises InstallFault."""
    _refuse_escapes(files)
    _refuse_pickled_parts(files)
    taken = {file.path: file for file in files if _is_taken(file.path, CONFIGURATION + WEIGHTS)}
    for file in files:
        plain = file.path.replace(HALF, ".safetensors")
        if plain != file.path and _is_taken(plain, WEIGHTS):
            taken = _without_shards(taken, plain) | {plain: file}
    return _bounded(taken)


def select_configuration(files: Sequence[HubFile]) -> dict[str, HubFile]:
    """A pipeline's shape without its weights."""
    _refuse_escapes(files)
    return _bounded({file.path: file for file in files if _is_taken(file.path, CONFIGURATION)})


def select_file(files: Sequence[HubFile], wanted: str) -> HubFile:
    """The named .safetensors file; without a name the only one that lies at the top."""
    _refuse_escapes(files)
    found = [
        file
        for file in files
        if file.path == wanted
        or (not wanted and "/" not in file.path and file.path.endswith(".safetensors"))
    ]
    if len(found) != 1 or not found[0].path.endswith(".safetensors"):
        raise InstallFault(
            "model.file_not_found",
            "The repository is no pipeline and the file to take is not clear: "
            "name it with #FILE.safetensors.",
        )
    return found[0]


def is_text(path: str) -> bool:
    """Whether it is read as a whole somewhere, so that it must be small."""
    return not path.endswith(".safetensors")


def _is_taken(path: str, patterns: Iterable[str]) -> bool:
    return (
        all(SEGMENT.fullmatch(part) for part in path.split("/"))
        and path.count("/") <= 1
        and VARIANT.search(path) is None
        and any(fnmatchcase(path, pattern) for pattern in patterns)
    )


def _without_shards(taken: dict[str, HubFile], plain: str) -> dict[str, HubFile]:
    """A single half file stands for the full one that lies in several."""
    stem = plain.removesuffix(".safetensors")
    return {path: file for path, file in taken.items() if not path.startswith((stem + "-", plain))}


def _bounded(taken: dict[str, HubFile]) -> dict[str, HubFile]:
    if len(taken) > MOST_FILES:
        raise InstallFault("model.too_many_files", "The repository has too many files.")
    for path, file in taken.items():
        if is_text(path) and file.size_bytes > LARGEST_TEXT_BYTES:
            raise InstallFault("model.file_too_large", f"{path} is too large for what it is.")
    return dict(sorted(taken.items()))


def _refuse_escapes(files: Sequence[HubFile]) -> None:
    if len(files) > MOST_LISTED:
        raise InstallFault("model.too_many_files", "The repository lists too many files.")
    for file in files:
        parts = file.path.split("/")
        if "\\" in file.path or "\0" in file.path or {"", ".", ".."} & set(parts):
            raise InstallFault(
                "model.file_name_unsafe", "The repository names a file outside of its folder."
            )


def _refuse_pickled_parts(files: Sequence[HubFile]) -> None:
    paths = [PurePosixPath(file.path) for file in files]
    safe = {path.parent for path in paths if path.suffix == ".safetensors"}
    for path in paths:
        if len(path.parts) == 2 and path.suffix.lower() in PICKLED and path.parent not in safe:
            raise InstallFault(
                "model.weights_pickled",
                f"{path.parent} has pickled weights only: reading them could run code.",
            )
