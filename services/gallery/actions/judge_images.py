"""Say of anybody's picture whether it may be public: an administrator's verdict."""

from dataclasses import dataclass
from uuid import UUID

from services.gallery.errors import ImageNotFound
from services.gallery.ports.safety import Safety
from services.gallery.repository import images
from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.logs import logger


@dataclass(frozen=True)
class JudgeImages:
    """The verdict is the picture's; what it closes or opens are the links to it."""

    database: Database

    async def run(self, judge: Caller, image_id: UUID, safety: Safety) -> None:
        """Raises ImageNotFound."""
        async with self.database.system() as system:
            if not await images.judge_image(system, image_id, safety.value):
                raise ImageNotFound
        logger(__name__).info(
            "image_judged", image_id=str(image_id), safety=safety.value, judge=str(judge.user_id)
        )
