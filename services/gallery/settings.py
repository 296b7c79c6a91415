"""What the gallery service reads from its environment, beside what all services share."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, StringConstraints, model_validator

from services.contracts.tiers import TIERS, TierTerms
from services.gallery.cdn_key import read_key
from services.kernel.settings import ServiceSettings

Word = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class GallerySettings(ServiceSettings):
    """Where pictures lie, how long they and their addresses live, and what may be public.

    Empty keys mean AWS's default chain. `object_store_public_endpoint`: where people reach the
    objects, if not where services do. The three `cdn_` values come together or not at all.
    """

    port: int = Field(default=8004, ge=1, le=65_535)
    object_store_endpoint: str = ""
    object_store_public_endpoint: str = ""
    object_store_region: str = "us-east-1"
    object_store_access_key: SecretStr = SecretStr("")
    object_store_secret_key: SecretStr = SecretStr("")
    images_bucket: str = Field(min_length=1)
    signed_url_lifetime_s: int = Field(default=600, ge=1, le=604_800)
    shared_url_lifetime_s: int = Field(default=300, ge=1, le=604_800)

    cdn_url: str = Field(default="", pattern=r"^(https?://[^\s?#]+)?$")
    cdn_key_pair_id: str = ""
    cdn_key_file: str = ""

    public_url: str = Field(default="", pattern=r"^(https?://[^\s?#]+)?$")
    tiers: Mapping[str, TierTerms] = Field(default=TIERS, min_length=1)
    upload_lifetime_s: int = Field(default=86_400, ge=60, le=2_592_000)
    export_lifetime_s: int = Field(default=259_200, ge=60, le=2_592_000)
    removed_image_days: int = Field(default=30, ge=0, le=3650)
    share_refused_words: tuple[Word, ...] = ()
    share_unchecked: bool = False

    @model_validator(mode="after")
    def _whole_network(self) -> Self:
        given = [bool(self.cdn_url), bool(self.cdn_key_pair_id), bool(self.cdn_key_file)]
        if any(given) and not all(given):
            raise ValueError("cdn_url, cdn_key_pair_id and cdn_key_file come together")
        if all(given):
            read_key(Path(self.cdn_key_file))
        return self

    @model_validator(mode="after")
    def _both_keys(self) -> Self:
        access, secret = self.object_store_access_key, self.object_store_secret_key
        if bool(access.get_secret_value()) != bool(secret.get_secret_value()):
            raise ValueError("object_store_access_key and object_store_secret_key come together")
        return self

    @property
    def signing_endpoint(self) -> str:
        """The endpoint that signed addresses name; empty for AWS."""
        return self.object_store_public_endpoint or self.object_store_endpoint

    @property
    def share_address(self) -> str:
        """Where people open links, without a closing slash."""
        return (self.public_url or self.token_issuer).rstrip("/")
