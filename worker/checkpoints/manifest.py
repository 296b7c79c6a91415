"""`checkpoint.json`: what a folder of weights is. Written last: where it is, all is."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

FILE_NAME = "checkpoint.json"
PUBLIC_FIELDS = frozenset(
    {"name", "family", "sha256", "size_bytes", "abilities", "width", "height", "source"}
)


class Manifest(BaseModel):
    """`sha256` covers every file but this one; `width` and `height` are the native size in pixels.

    `fingerprint` tells whether the source has changed since; `note` is for people.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    family: str
    sha256: str
    size_bytes: int
    abilities: tuple[str, ...]
    width: int
    height: int
    source: str
    fingerprint: str = ""
    note: str = ""

    def public(self) -> dict[str, object]:
        """What the model service registers."""
        return self.model_dump(mode="json", include=set(PUBLIC_FIELDS))

    def write(self, folder: Path) -> None:
        """Store it in its folder."""
        (folder / FILE_NAME).write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """The folder's manifest, or None when there is none that can be read."""
    try:
        return Manifest.model_validate_json((folder / FILE_NAME).read_bytes())
    except (OSError, ValidationError):
        return None
