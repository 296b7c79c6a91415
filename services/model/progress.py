"""How far an installation is, as its row tells it."""

from dataclasses import dataclass


@dataclass
class Progress:
    """Changed while the work goes on, read at each heartbeat."""

    stage: str = "resolve"
    done_bytes: int = 0
    total_bytes: int | None = None

    def add(self, count: int) -> None:
        """So many bytes more lie on the disk."""
        self.done_bytes += count

    def values(self) -> dict[str, object]:
        """The columns of a heartbeat."""
        return {
            "stage": self.stage,
            "done_bytes": self.done_bytes,
            "total_bytes": self.total_bytes,
        }
