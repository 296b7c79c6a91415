"""From rows to what people see: the one place where keys become addresses.

Keys of objects never leave the service; what leaves is signed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.gallery.ports.signer import Signer
from services.gallery.schemas.albums import Album
from services.gallery.schemas.images import Image
from services.gallery.schemas.shares import SharedImage
from services.kernel.db import Row

WORDS = ("negative_prompt", "steps", "guidance_scale", "scheduler")


@dataclass(frozen=True)
class Showing:
    """Signs what it shows."""

    signer: Signer

    def image(self, row: Row) -> Image:
        """A picture as its owner sees it, with how it was made."""
        return Image.model_validate({**row, **made_by(row), **self._addresses(row)})

    def shared(self, row: Row, *, show_prompt: bool) -> SharedImage:
        """A picture as everybody sees it."""
        prompt = row["prompt"] if show_prompt else None
        return SharedImage.model_validate({**row, **self._addresses(row), "prompt": prompt})

    def album(self, row: Row) -> Album:
        """An album with its cover."""
        key = row["thumbnail_key"] or row["object_key"]
        return Album.model_validate(
            {**row, "cover_url": self.signer.sign(key).url if key else None}
        )

    def _addresses(self, row: Row) -> dict[str, str | datetime | None]:
        signed, small = self.signer.sign(row["object_key"]), row["thumbnail_key"]
        return {
            "url": signed.url,
            "url_expires_at": signed.expires_at,
            "thumbnail_url": self.signer.sign(small).url if small else None,
        }


def made_by(row: Row) -> dict[str, Any]:
    """What of its job's parameters made this picture; None for those that are not known."""
    parameters: dict[str, Any] = row["parameters"]
    made = {word: parameters.get(word) for word in WORDS}
    seed = parameters.get("seed")
    return {**made, "seed": None if seed is None else seed + row["position"]}
