"""The `object_store` section: the four buckets and how their objects age."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem
from pingvas_cli.config.values import EnvironmentName

SHORTEST_INFREQUENT_DAYS = 30


class Bucket(Section):
    """One bucket; public access is blocked and TLS required on all of them."""

    storage_class: Literal["STANDARD", "INTELLIGENT_TIERING"] = Field(
        "STANDARD", description="Class of a new object (inventory 39-42)."
    )
    infrequent_after_days: int | None = Field(
        None,
        ge=1,
        le=3650,
        description="Days until STANDARD_IA; S3 asks for 30 (inventory 39, 40).",
    )
    archive_after_days: int | None = Field(
        None, ge=1, le=3650, description="Days until `archive_class` (inventory 40)."
    )
    archive_class: Literal["GLACIER_IR"] = Field(
        "GLACIER_IR", description="Readable at once; GLACIER is not (inventory 40, correction D8)."
    )
    expire_after_days: int | None = Field(
        None, ge=1, le=3650, description="Days until an object is deleted (inventory 42)."
    )
    versioning: bool = Field(True, description="Keep overwritten and deleted ones (correction D6).")
    old_versions_days: int = Field(
        30, ge=1, le=3650, description="Days that an old version is kept (correction D6)."
    )
    expected_gb: int = Field(
        500, ge=0, le=10_000_000, description="Stored GB; the cost report counts with it."
    )

    def problems(self) -> Iterator[Problem]:
        """Transitions that S3 refuses: too early, or out of order."""
        infrequent = self.infrequent_after_days
        if infrequent is not None and infrequent < SHORTEST_INFREQUENT_DAYS:
            yield problem("infrequent_after_days", "config.too_small", limit=30, value=infrequent)
        steps = [infrequent, self.archive_after_days, self.expire_after_days]
        set_steps = [days for days in steps if days is not None]
        if sorted(set(set_steps)) != set_steps:
            yield problem("", "config.ages_out_of_order", days=", ".join(map(str, set_steps)))


class ObjectStoreSection(Section):
    """The buckets of the platform (inventory 39-43)."""

    name_suffix: str = Field(
        "account",
        pattern=r"^[a-z0-9][a-z0-9-]{0,30}$",
        description="End of each bucket name, as names are global: `account` stands for the "
        "account id (correction D12).",
    )
    dev_images: Bucket = part(Bucket, "Images of dev (inventory 39).", infrequent_after_days=90)
    prod_images: Bucket = part(
        Bucket,
        "Images of prod (inventory 40).",
        infrequent_after_days=90,
        archive_after_days=180,
        expected_gb=2000,
    )
    checkpoints: Bucket = part(
        Bucket, "Checkpoints, shared (inventory 41).", storage_class="INTELLIGENT_TIERING"
    )
    logs: Bucket = part(
        Bucket,
        "Logs, shared (inventory 42).",
        expire_after_days=30,
        versioning=False,
        expected_gb=50,
    )

    def images(self, environment: EnvironmentName) -> Bucket:
        """The bucket of images of `environment`."""
        return self.dev_images if environment == "dev" else self.prod_images
