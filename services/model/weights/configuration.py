"""The JSON files of a pipeline: read with bounds, and refused when they ask for foreign code."""

import json
from pathlib import Path
from typing import Any

from services.model.faults import InstallFault
from services.model.weights.selection import LARGEST_TEXT_BYTES

LIBRARIES = frozenset({"diffusers", "transformers", "stable_diffusion"})
WITHOUT_WEIGHTS = ("scheduler", "tokenizer", "feature_extractor", "image_processor")


def read_configurations(folder: Path) -> dict[str, dict[str, Any]]:
    """Every JSON object of the folder by its path. Raises InstallFault."""
    found = {
        path.relative_to(folder).as_posix(): _read(path) for path in sorted(folder.rglob("*.json"))
    }
    return {name: content for name, content in found.items() if isinstance(content, dict)}


def check_index(configurations: dict[str, dict[str, Any]], folder: Path, *, whole: bool) -> None:
    """Only known libraries' classes, and with `whole` no part without weights."""
    index = configurations.get("model_index.json")
    if not index:
        raise InstallFault("model.not_diffusers", "There is no model_index.json in it.")
    for part, kind in index.items():
        if not isinstance(kind, list) or kind[:1] == [None]:
            continue
        if len(kind) != 2 or kind[0] not in LIBRARIES or not isinstance(kind[1], str):
            raise InstallFault(
                "model.foreign_code", f"The part {part[:40]} asks for code of its own."
            )
        if whole and not _has_weights(folder, part):
            raise InstallFault(
                "model.weights_incomplete", f"The part {part[:40]} has no safetensors weights."
            )


def _has_weights(folder: Path, part: str) -> bool:
    if part.startswith(WITHOUT_WEIGHTS):
        return True
    return "/" not in part and ".." not in part and any((folder / part).glob("*.safetensors"))


def _read(path: Path) -> object:
    if path.stat().st_size > LARGEST_TEXT_BYTES:
        raise InstallFault("model.file_too_large", f"{path.name} is too large for what it is.")
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as unreadable:
        raise InstallFault("model.file_broken", f"{path.name} is no JSON.") from unreadable
    if isinstance(content, dict) and "auto_map" in content:
        raise InstallFault("model.foreign_code", f"{path.name} asks for code of its own.")
    return content
