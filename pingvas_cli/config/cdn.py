"""The `cdn` section: CloudFront in front of the images, one distribution per environment."""

from typing import Literal

from pydantic import Field

from pingvas_cli.config.section import Section


class CdnSection(Section):
    """Images reach users by signed URLs alone (inventory 44, correction N11)."""

    enabled: bool = Field(True, description="Off: signed URLs lead to the buckets themselves.")
    minimum_tls: Literal["TLSv1.2_2025", "TLSv1.3_2025"] = Field(
        "TLSv1.3_2025", description="Security policy towards viewers (correction N7)."
    )
    signed_url_minutes: int = Field(
        60, ge=1, le=10_080, description="How long the URL of an image works (correction N11)."
    )
    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = Field(
        "PriceClass_200", description="Where edge locations are used; Korea is in 200."
    )
    web_acl: bool = Field(
        True, description="Attach a firewall of scope CLOUDFRONT (correction N10)."
    )
    expected_gb_per_month: int = Field(
        1000,
        ge=0,
        le=10_000_000,
        description="Traffic; the cost report counts with it (inventory 44).",
    )
