"""What the model service reads from its environment, beside what all services share."""

from pydantic import Field

from services.kernel.settings import ServiceSettings


class ModelSettings(ServiceSettings):
    """Nothing of its own but the port."""

    port: int = Field(default=8005, ge=1, le=65_535)
