"""The five services: what each one's Deployment says beside what all of them say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pingvas_cli.rendering.contexts.place import SERVICES, Site
from pingvas_cli.rendering.contexts.workloads.addresses import (
    direct_database,
    pooled_database,
    queue,
)
from pingvas_cli.rendering.contexts.workloads.variables import (
    TEMPORARY,
    Variable,
    Volume,
    authorities,
    secret,
    value,
)

DRAIN_DELAY_S: Final = 10
"""The load balancer needs some seconds to learn that a pod leaves; until then requests come."""
GRACE_S: Final = 60
CHECKPOINTS: Final = "/checkpoints"
SIGNING_KEY: Final = Volume(
    "signing-key",
    "secret",
    "/etc/pingvas/signing-key",
    of="signing-key",
    items=(("private_key", "signing-key.pem"),),
)
IMAGE_URL_KEY: Final = Volume(
    "image-url-key",
    "secret",
    "/etc/pingvas/image-url-key",
    of="image-url-key",
    items=(("private_key", "image-url-key.pem"),),
)
ARCHIVES: Final = Volume("tmp", "empty", "/tmp", size="2Gi", read_only=False)  # noqa: S108 - the container's own


@dataclass(frozen=True)
class Service:
    """One service; times are seconds."""

    name: str
    port: int
    variables: tuple[Variable, ...]
    volumes: tuple[Volume, ...]
    drain_s: int = DRAIN_DELAY_S
    grace_s: int = GRACE_S


def services(site: Site) -> tuple[Service, ...]:
    """The five, in the order of their ports by default."""
    ports = site.whole.services.ports()
    return tuple(
        Service(name, ports[name], _variables(site, name), VOLUMES[name](site)) for name in SERVICES
    )


def _variables(site: Site, name: str) -> tuple[Variable, ...]:
    own = OWN_VARIABLES.get(name)
    return (*pooled_database(site.whole), *(own(site) if own else ()))


def _user(_site: Site) -> tuple[Variable, ...]:
    return (
        value("PINGVAS_SIGNING_KEY_FILE", f"{SIGNING_KEY.path}/signing-key.pem"),
        secret("PINGVAS_IDENTITY_PROVIDERS", "oauth-client", "identity_providers", optional=True),
        secret("PINGVAS_MAIL_URL", "mail", "url", optional=True),
    )


def _payment(_site: Site) -> tuple[Variable, ...]:
    """A provider that is chosen and has no values ends the service at its start, in words."""
    keys = {
        "PINGVAS_PAYMENT_API_KEY": "api_key",
        "PINGVAS_PAYMENT_STORE_ID": "store_id",
        "PINGVAS_PAYMENT_VARIANTS": "variants",
        "PINGVAS_WEBHOOK_SECRET": "webhook_secret",
    }
    return tuple(secret(name, "lemon-squeezy", key, optional=True) for name, key in keys.items())


def _generation(site: Site) -> tuple[Variable, ...]:
    listen = direct_database(site.whole, "PINGVAS_LISTEN_DATABASE_URL", "system")
    return (*queue(site.whole, "services"), *listen)


def _gallery(site: Site) -> tuple[Variable, ...]:
    if not site.on_aws:
        return (
            value("PINGVAS_OBJECT_STORE_ENDPOINT", "http://unknown.invalid"),
            value("PINGVAS_OBJECT_STORE_PUBLIC_ENDPOINT", "http://unknown.invalid"),
            secret("PINGVAS_OBJECT_STORE_ACCESS_KEY", "object-store", "access_key"),
            secret("PINGVAS_OBJECT_STORE_SECRET_KEY", "object-store", "secret_key"),
        )
    if not site.has_image_network:
        return ()
    return (
        value("PINGVAS_CDN_KEY_FILE", f"{IMAGE_URL_KEY.path}/image-url-key.pem"),
        secret("PINGVAS_CDN_KEY_PAIR_ID", "image-url-key", "key_id"),
    )


def _model(site: Site) -> tuple[Variable, ...]:
    return queue(site.whole, "services")


def _checkpoints(site: Site) -> tuple[Volume, ...]:
    """Where installations go; without shared files the service keeps the catalogue alone."""
    if not site.shares_files:
        return (TEMPORARY,)
    claim = Volume("checkpoints", "claim", CHECKPOINTS, of="checkpoints", read_only=False)
    return (TEMPORARY, claim)


def _archives(site: Site) -> tuple[Volume, ...]:
    return (ARCHIVES, IMAGE_URL_KEY) if site.has_image_network else (ARCHIVES,)


OWN_VARIABLES: Final[Mapping[str, Callable[[Site], tuple[Variable, ...]]]] = {
    "user": _user,
    "payment": _payment,
    "generation": _generation,
    "gallery": _gallery,
    "model": _model,
}
VOLUMES: Final[Mapping[str, Callable[[Site], tuple[Volume, ...]]]] = {
    "user": lambda _site: (TEMPORARY, SIGNING_KEY),
    "payment": lambda _site: (TEMPORARY,),
    "generation": lambda _site: (TEMPORARY, authorities("generation")),
    "gallery": _archives,
    "model": _checkpoints,
}
