"""What programs read from the ConfigMap of an environment: their settings that are no secrets.

Only what differs from a program's own default is said, and only to programs that read it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from pingvas_cli.rendering.contexts.place import Place
from pingvas_cli.rendering.contexts.workloads.service import DRAIN_DELAY_S

Settings = Mapping[str, str]
MINUTE_S: Final = 60


def service_settings(place: Place, name: str) -> Settings:
    """The settings of one of the five services."""
    own = OWN_SETTINGS[name](place)
    return dict(sorted({**_shared(place, name), **own}.items()))


def worker_settings(place: Place) -> Settings:
    """The settings of the worker."""
    section = place.own.worker
    return {
        "PINGVAS_ENVIRONMENT": place.name,
        "PINGVAS_HEARTBEAT_S": str(section.heartbeat_seconds),
        "PINGVAS_IMAGES_BUCKET": place.images_bucket,
        "PINGVAS_LEASE_S": str(section.lease_seconds),
        "PINGVAS_OBJECT_STORE_REGION": place.region,
        **_cache_of_checkpoints(place),
    }


def _cache_of_checkpoints(place: Place) -> Settings:
    if place.shares_files:
        return {}
    return {
        "PINGVAS_CHECKPOINTS_BUCKET": place.checkpoints_bucket,
        "PINGVAS_CHECKPOINT_CACHE_GIB": str(place.own.worker.cache_gb),
    }


def _shared(place: Place, name: str) -> dict[str, str]:
    return {
        "PINGVAS_DRAIN_DELAY_S": str(DRAIN_DELAY_S),
        "PINGVAS_ENVIRONMENT": place.name,
        "PINGVAS_PORT": str(place.whole.services.ports()[name]),
        "PINGVAS_TOKEN_ISSUER": place.api_url,
        **({} if name == "user" else {"PINGVAS_JWKS_URL": _key_set(place)}),
        **_proxies(place),
    }


def _key_set(place: Place) -> str:
    return f"http://user:{place.whole.services.user.port}/.well-known/jwks.json"


def _proxies(place: Place) -> Settings:
    """The load balancer's addresses lie in the public subnets: it tells who calls."""
    if not place.on_aws:
        return {}
    networks = [str(one) for one in place.whole.network.public_subnets]
    return {"PINGVAS_TRUSTED_PROXIES": _json(networks)}


def _user(place: Place) -> Settings:
    domain = place.whole.platform.domain or "localhost"
    return {"PINGVAS_MAIL_FROM": f"no-reply@{domain}", "PINGVAS_PUBLIC_URL": place.api_url}


def _payment(place: Place) -> Settings:
    """Real money where the shop's secret is listed; elsewhere a stand-in takes none."""
    sells = place.on_aws and place.has_secret("lemon-squeezy")
    return {
        "PINGVAS_PAYMENT_PROVIDER": "lemon_squeezy" if sells else "local",
        "PINGVAS_PUBLIC_URL": place.api_url,
        **_tiers(place),
    }


def _generation(place: Place) -> Settings:
    return _tiers(place)


def _gallery(place: Place) -> Settings:
    lifetime = place.own.cdn.signed_url_minutes * MINUTE_S
    return {
        "PINGVAS_IMAGES_BUCKET": place.images_bucket,
        "PINGVAS_OBJECT_STORE_REGION": place.region,
        "PINGVAS_PUBLIC_URL": place.api_url,
        "PINGVAS_SIGNED_URL_LIFETIME_S": str(lifetime),
        **({"PINGVAS_CDN_URL": place.images_url} if place.images_url else {}),
        **_tiers(place),
    }


def _model(place: Place) -> Settings:
    return {"PINGVAS_CHECKPOINTS_DIR": "/checkpoints"} if place.shares_files else {}


def _tiers(place: Place) -> Settings:
    return {"PINGVAS_TIERS": _json(place.own.tiers.model_dump(mode="json"))}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


OWN_SETTINGS: Final[Mapping[str, Callable[[Place], Settings]]] = {
    "user": _user,
    "payment": _payment,
    "generation": _generation,
    "gallery": _gallery,
    "model": _model,
}
