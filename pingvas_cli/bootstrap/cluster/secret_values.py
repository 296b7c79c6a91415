"""Secrets that programs need, made once where they are missing; one that is there stays.

Values go from this process to the cluster alone: none is in a file, a plan, a log or a journal.
"""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pingvas_cli.bootstrap.cluster.context import ClusterContext, labelled
from pingvas_cli.bootstrap.cluster.rendered_tree import is_rendered
from pingvas_cli.bootstrap.cluster.waves import overlays, shown
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.kubernetes import Document, Reference
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, StepFailed

PASSWORD_BYTES: Final = 24
DATABASE: Final = "database-"
CACHE: Final = "redis-"
SIGNING_KEY: Final = "signing-key"
OBJECT_STORE: Final = "object-store"
ROLES: Final = ("owner", "app", "system")
Secret = tuple[EnvironmentName, str]


class SecretValues:
    """Makes the Secrets that pods can't start without; StepFailed when one is not ours to make."""

    slug = "secret-values"
    title = msg("cluster.secret_values")
    patience_s = 60.0

    def inspect(self, ctx: ClusterContext) -> Inspection:
        return Absent() if not is_rendered(ctx) or any(_missing(ctx)) else Present()

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        if not is_rendered(ctx):
            return (msg("cluster.preview_all_secrets"),)
        return (msg("cluster.preview_secrets", named=shown(map("/".join, _missing(ctx)))),)

    def apply(self, ctx: ClusterContext) -> Applied:
        made = []
        for environment, name in _missing(ctx):
            if ctx.kubernetes.create(_document(ctx, environment, name)):
                made.append(f"{environment}/{name}")
        return Done({"made": ", ".join(made)})


def secret_value(ctx: ClusterContext, environment: EnvironmentName, name: str) -> dict[str, str]:
    """What a Secret holds, read back from the cluster; empty when there is none."""
    found = ctx.kubernetes.get(_reference(ctx, environment, name))
    data: Mapping[str, str] = (found or {}).get("data") or {}
    return {key: b64decode(value).decode() for key, value in data.items()}


def _missing(ctx: ClusterContext) -> Iterator[Secret]:
    for environment in ENVIRONMENTS:
        for name, keys in sorted(needed(ctx, environment).items()):
            reference = _reference(ctx, environment, name)
            found = ctx.kubernetes.get(reference)
            lacking = keys - (found.get("data") or {}).keys() if found else set()
            if lacking:
                absent = ", ".join(sorted(lacking))
                raise StepFailed("cluster.secret_lacks", where=str(reference), keys=absent)
            if found is None:
                yield environment, name


def needed(ctx: ClusterContext, environment: EnvironmentName) -> dict[str, set[str]]:
    """The Secrets that pods of an environment name and can't do without, with their keys."""
    found: dict[str, set[str]] = {}
    for document in ctx.objects(*overlays(ctx, environment), *_with_waves(ctx, environment)):
        for name, key in _references(document):
            found.setdefault(name, set()).add(key)
    return found


def _with_waves(ctx: ClusterContext, environment: EnvironmentName) -> tuple[Any, ...]:
    return overlays(ctx, environment, "migrations", "cache", "pooler", "worker")


def _references(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from _of(value)
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def _of(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    variable, volume = value.get("secretKeyRef"), value.get("secret")
    if isinstance(variable, Mapping) and not variable.get("optional"):
        yield variable["name"], variable["key"]
    if isinstance(volume, Mapping) and "secretName" in volume and not volume.get("optional"):
        for item in volume.get("items") or ():
            yield volume["secretName"], item["key"]


def _document(ctx: ClusterContext, environment: EnvironmentName, name: str) -> Document:
    document = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": ctx.namespace(environment)},
        "type": "Opaque",
        "stringData": _value(ctx, environment, name),
    }
    return labelled(document, ctx.name)


def _value(ctx: ClusterContext, environment: EnvironmentName, name: str) -> dict[str, str]:
    if name == SIGNING_KEY:
        return {"private_key": ctx.new_signing_key()}
    if name == OBJECT_STORE:
        return {"access_key": secrets.token_hex(10), "secret_key": _password()}
    if name.startswith(CACHE):
        return {"username": name.removeprefix(CACHE), "password": _password()}
    if name.removeprefix(DATABASE) in ROLES:
        role = role_name(ctx, environment, name.removeprefix(DATABASE))
        return {"username": role, "password": _password()}
    where = f"{ctx.namespace(environment)}/{name}"
    raise StepFailed("cluster.secret_of_others", where=where, name=name)


def role_name(ctx: ClusterContext, environment: EnvironmentName, role: str) -> str:
    """`app` of dev is the role `pingvas_dev_app`."""
    return f"{ctx.configuration.database.database_name}_{environment}_{role}"


def _password() -> str:
    """48 hexadecimal digits, so that it needs no quoting anywhere."""
    return secrets.token_hex(PASSWORD_BYTES)


def _reference(ctx: ClusterContext, environment: EnvironmentName, name: str) -> Reference:
    return Reference("v1", "Secret", name, ctx.namespace(environment))
