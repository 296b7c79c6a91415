"""Names as AWS and Kubernetes take them: short enough, and not taken by the platform itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.errors import Message, msg
from pingvas_cli.validation.fault import Fault, Subject, fault

ACCOUNT_DIGITS: Final = "0" * 12
BUCKET_LIMIT, HOST_LIMIT = 63, 253
RESERVED: Final = frozenset(
    {"argocd", "default", "external-secrets", "keda", "karpenter", "monitoring"}
)
NEEDED_SECRETS: Final = (
    *("database-app", "database-system", "database-owner"),
    *("redis-services", "redis-worker", "redis-exporter", "signing-key"),
)
SENTINEL_SECRETS: Final = ("redis-nodes",)
"""What nodes and Sentinels of ours sign in with at each other."""


@dataclass(frozen=True)
class Name:
    """A name that is made of values, the key to shorten, and the longest that is taken."""

    key: str
    kind: Message
    text: str
    limit: int


def names_fit(subject: Subject) -> Iterator[Fault]:
    """Every name that is made of a configured one."""
    for name in _names(subject):
        if len(name.text) > name.limit:
            params = {"kind": name.kind, "name": name.text, "limit": name.limit}
            yield fault(name.key, "validation.name_too_long", **params)


def namespaces_are_free(subject: Subject) -> Iterator[Fault]:
    """dev and prod stand in namespaces that nothing else uses."""
    for name in ENVIRONMENTS:
        namespace = subject.configuration.environments.named(name).namespace
        if namespace in RESERVED or namespace.startswith("kube-"):
            key = f"environments.{name}.namespace"
            yield fault(key, "validation.namespace_reserved", namespace=namespace)


def secrets_are_listed(subject: Subject) -> Iterator[Fault]:
    """What services, worker and exporter sign in with must be listed (inventory 57, N8, M3)."""
    listed = subject.configuration.secrets.per_environment
    ours = subject.configuration.cache.mode == "sentinel"
    for name in (*NEEDED_SECRETS, *(SENTINEL_SECRETS if ours else ())):
        if name not in listed:
            yield fault("secrets.per_environment", "validation.secret_missing", name=name)


def _names(subject: Subject) -> Iterator[Name]:
    config = subject.configuration
    name = config.platform.name
    suffix = config.object_store.name_suffix.replace("account", ACCOUNT_DIGITS)
    bucket = f"{name}-prod-images-{suffix}"
    yield Name("object_store.name_suffix", msg("validation.kind_bucket"), bucket, BUCKET_LIMIT)
    for environment in ENVIRONMENTS:
        hosts = config.environments.named(environment)
        for key in ("api_host", "images_host"):
            host = f"{getattr(hosts, key)}.{config.platform.domain}"
            kind = msg("validation.kind_host")
            yield Name(f"environments.{environment}.{key}", kind, host, HOST_LIMIT)
