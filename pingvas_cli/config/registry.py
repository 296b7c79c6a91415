"""The `registry` section: where container images are kept and for how long."""

from typing import Literal

from pydantic import Field

from pingvas_cli.config.section import Section
from pingvas_cli.config.values import Days


class RegistrySection(Section):
    """ECR, a repository per program (inventory 46, 86, correction D12)."""

    immutable_tags: Literal[True] = Field(
        True, description="A tag is written once; releases go by digest (correction D12, G4)."
    )
    scan_on_push: bool = Field(True, description="Scan each pushed image (correction D12).")
    kept_images: int = Field(
        50, ge=5, le=1000, description="Newest images kept in each repository (correction D12)."
    )
    untagged_days: Days = Field(7, description="Days that an untagged image stays.")
    expected_gb: int = Field(
        50,
        ge=0,
        le=100_000,
        description="Stored GB; the cost report counts with it (inventory 86).",
    )
