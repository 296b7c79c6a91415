"""What goes wrong on demand: at a write counted from now, or always by being slow."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Faults:
    """`writes` lists what was asked to be written, e.g. `PATCH /api/v1/namespaces/dev`.

    A fault is `refuse` (closed before it is done), `lose` (done, closed before the answer), or a
    status: 429 and 503 come with Retry-After.
    """

    slow_s: float = 0.0
    writes: list[str] = field(default_factory=list)
    planned: dict[int, str | int] = field(default_factory=dict)

    def at_write(self, number: int, what: str | int, times: int = 1) -> None:
        """From the n-th write from now on (1 is the next), as many times."""
        first = len(self.writes) + number
        self.planned.update({first + more: what for more in range(times)})

    def met(self, write: str) -> str | int | None:
        """What is to happen to this write; it is counted."""
        self.writes.append(write)
        return self.planned.pop(len(self.writes), None)
