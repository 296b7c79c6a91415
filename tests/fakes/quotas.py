"""Quotas that a test chooses; remembers what was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pingvas_cli.ports.quotas import Quota

NAMES = {
    "L-3819A6DF": "All G and VT Spot Instance Requests",
    "L-DB2E81BA": "Running On-Demand G and VT instances",
    "L-34B43A08": "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests",
    "L-1216C47A": "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
}


@dataclass
class FakeQuotas:
    """Plenty of everything until a test takes it away."""

    values: dict[str, float] = field(default_factory=lambda: dict.fromkeys(NAMES, 1000.0))
    pending: dict[str, float] = field(default_factory=dict)
    requested: list[tuple[str, float]] = field(default_factory=list)

    def quota(self, code: str) -> Quota:
        found = Quota(code, NAMES[code], self.values[code])
        return replace(found, pending=self.pending.get(code))

    def request(self, code: str, value: float) -> str:
        self.requested.append((code, value))
        self.pending[code] = value
        return f"request-{len(self.requested)}"
