"""The `platform` section: what this platform is called, who owns it, and where it stands."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem

Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]


class SecondRegion(Section):
    """Phase 2: an active-passive copy in a second region (inventory 96, correction D10)."""

    enabled: bool = Field(False, description="Stand up the passive region (inventory 96).")
    region: Region = Field("us-west-2", description="The passive region (inventory 96).")


class PlatformSection(Section):
    """Name, owner and place of the platform."""

    name: str = Field(
        "pingvas",
        pattern=r"^[a-z][a-z0-9-]{1,19}$",
        description="Prefix of every resource: `<name>-shared-eks`, `<name>-dev-images` "
        "(inventory 4, 29, 39).",
    )
    target: Literal["local", "cluster", "aws"] = Field(
        "local", description="Where `bootstrap` stands the platform up when no --target is given."
    )
    domain: str | None = Field(
        None,
        pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$",
        description="The platform's domain, e.g. `pingvas.example.com`. The target aws needs it "
        "(correction P13).",
    )
    account_id: str | None = Field(
        None,
        pattern=r"^[0-9]{12}$",
        description="The AWS account, in quotes. The target aws refuses any other account "
        "(correction P13).",
    )
    region: Region = Field("us-east-1", description="The AWS region (inventory 5).")
    second_region: SecondRegion = part(SecondRegion, "Phase 2, off until asked for (inventory 96).")
    owner_email: str | None = Field(
        None,
        pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
        description="Who gets budget and backup notices (correction P13).",
    )
    tags: dict[str, str] = Field(
        default_factory=dict,
        description="Further tags on every AWS resource; `pingvas:*` is taken.",
    )

    def problems(self) -> Iterator[Problem]:
        """A name that AWS refuses, two regions that are one, tags that pingvas itself writes."""
        if self.name.endswith("-") or "--" in self.name:
            yield problem("name", "config.name_hyphens", name=self.name)
        if self.second_region.region == self.region:
            yield problem("second_region.region", "config.regions_equal", region=self.region).or_at(
                "region"
            )
        for tag in self.tags:
            if tag.startswith(("pingvas:", "aws:")):
                yield problem(f"tags.{tag}", "config.tag_reserved", tag=tag)
