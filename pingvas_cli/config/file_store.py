"""The `file_store` section: EFS, which shares checkpoints between workers."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, problem


class FileStoreSection(Section):
    """EFS, a copy of the bucket of checkpoints (inventory 38, correction D9)."""

    enabled: bool = Field(
        True, description="Off: workers read from the bucket into their NVMe cache (correction D9)."
    )
    throughput_mode: Literal["elastic", "bursting", "provisioned"] = Field(
        "elastic", description="Bursting gives 100 GB only 5 MiB/s (correction D9)."
    )
    provisioned_mibps: int | None = Field(
        None, ge=1, le=3414, description="Throughput in MiB/s, for `provisioned` only."
    )
    infrequent_after_days: Literal[1, 7, 14, 30, 60, 90, 180, 270, 365] = Field(
        30, description="Days without access until a file moves to IA (inventory 38)."
    )
    expected_gb: int = Field(
        100,
        ge=1,
        le=100_000,
        description="Stored GB; the cost report counts with it (inventory 38).",
    )

    def problems(self) -> Iterator[Problem]:
        """A throughput without its mode, or the mode without a throughput."""
        if (self.throughput_mode == "provisioned") != (self.provisioned_mibps is not None):
            yield problem("provisioned_mibps", "config.throughput_unclear")
