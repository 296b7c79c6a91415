"""What the model service reads from its environment, beside what all services share."""

from pathlib import Path

from pydantic import Field, SecretStr

from services.kernel.settings import RedisUrl, ServiceSettings


class ModelSettings(ServiceSettings):
    """Without `checkpoints_dir` it keeps the catalogue alone: it installs and deletes nothing."""

    port: int = Field(default=8005, ge=1, le=65_535)
    checkpoints_dir: Path | None = None
    checkpoints_shared: bool = False
    hub_url: str = Field(default="https://huggingface.co", pattern=r"^https?://[^\s/?#@]+$")
    hub_token: SecretStr = SecretStr("")
    install_hosts: tuple[str, ...] = ("huggingface.co", "*.huggingface.co", "*.hf.co")
    install_loopback: bool = False
    install_lease_s: float = Field(default=30.0, ge=0.1)
    install_patience_s: float = Field(default=30.0, ge=0.1)
    install_retry_s: float = Field(default=2.0, ge=0.01)
    largest_checkpoint_bytes: int = Field(default=64 * 2**30, ge=1_024)
    redis_url: RedisUrl | None = None
    removal_grace_s: float = Field(default=10.0, ge=0)
