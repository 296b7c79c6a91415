"""The statements by name, and the place in a list from where a page goes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.sql import load

SQL = load("services.gallery")


@dataclass(frozen=True)
class Before:
    """The last row of the page before; both None on the first page."""

    at: datetime | None = None
    id: UUID | None = None

    def params(self) -> dict[str, Any]:
        """As the statements name them."""
        return {"before_at": self.at, "before_id": self.id}
