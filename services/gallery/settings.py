"""What the gallery service reads from its environment, beside what all services share."""

from pydantic import Field, SecretStr

from services.kernel.settings import ServiceSettings


class GallerySettings(ServiceSettings):
    """Where pictures lie. Empty keys mean AWS's default chain.

    `object_store_public_endpoint`: where people reach the objects, if not where services do.
    """

    port: int = Field(default=8004, ge=1, le=65_535)
    object_store_endpoint: str = ""
    object_store_public_endpoint: str = ""
    object_store_region: str = "us-east-1"
    object_store_access_key: SecretStr = SecretStr("")
    object_store_secret_key: SecretStr = SecretStr("")
    images_bucket: str = Field(min_length=1)
    signed_url_lifetime_s: int = Field(default=600, ge=1, le=604_800)

    @property
    def signing_endpoint(self) -> str:
        """The endpoint that signed addresses name; empty for AWS."""
        return self.object_store_public_endpoint or self.object_store_endpoint
