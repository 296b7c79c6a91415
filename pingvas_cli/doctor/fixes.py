"""What `doctor --fix` could do: each is safe, said beforehand, and done once.

Nothing here happens without a yes. A quota is asked of AWS; a value is suggested in a file beside
the configuration, which itself is never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pingvas_cli.errors import Message, msg


@dataclass(frozen=True)
class QuotaRequest:
    """Ask AWS to raise a quota of EC2 to `value` vCPUs."""

    code: str
    name: str
    value: int

    def preview(self) -> Message:
        return msg("doctor.fix_quota", name=self.name, code=self.code, value=self.value)


@dataclass(frozen=True)
class Suggestion:
    """Write a value of the configuration into the file of suggestions."""

    key: str
    value: str | tuple[str, ...]

    def preview(self) -> Message:
        shown = self.value if isinstance(self.value, str) else ", ".join(self.value)
        return msg("doctor.fix_suggestion", key=self.key, value=shown)


Fix = QuotaRequest | Suggestion


def suggested(suggestions: Sequence[Suggestion]) -> dict[str, object]:
    """The values as `pingvas.yaml` nests them, e.g. `{"network": {"availability_zone_ids": …}}`."""
    whole: dict[str, object] = {}
    for one in suggestions:
        *sections, key = one.key.split(".")
        inner = whole
        for section in sections:
            below = inner.setdefault(section, {})
            if not isinstance(below, dict):
                raise TypeError(one.key)
            inner = below
        inner[key] = one.value if isinstance(one.value, str) else list(one.value)
    return whole
