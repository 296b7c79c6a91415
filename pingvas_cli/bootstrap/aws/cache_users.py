"""Users of the caches, let in with the passwords of their secrets (correction N8).

Nobody can ask AWS which password a user has, so what it was given is noted by version, here; a
lost note only gives it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.planned import read_json
from pingvas_cli.bootstrap.aws.secret_values import CACHE
from pingvas_cli.bootstrap.aws.terraform_init import is_initialised
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.errors import Message, PingvasError, msg
from pingvas_cli.private_files import write_private
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, StepFailed, Waiting


@dataclass(frozen=True)
class Wanted:
    """What a user is to have; `secret` is the full name of the secret with its password."""

    user_id: str
    access_string: str
    secret: str


class CacheUsersStep:
    """Gives each user its rights and its password in one call."""

    slug = "cache-users"
    title = msg("bootstrap.cache_users")
    patience_s = 600.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        wanted = _wanted(ctx)
        known = bool(wanted) or not _has_any(ctx)
        return Present() if known and all(_is_in(ctx, each) for each in wanted) else Absent()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_cache_users"),)

    def apply(self, ctx: AwsContext) -> Applied:
        wanted = _wanted(ctx)
        if not wanted:
            raise StepFailed("bootstrap.no_cache_users", where=self.slug)
        for each in wanted:
            if not _is_given(ctx, each):
                _let_in(ctx, each)
        unsettled = [each.user_id for each in wanted if not _is_in(ctx, each)]
        if unsettled:
            return Waiting(msg("bootstrap.waiting_for_users", users=", ".join(unsettled)), 3.0)
        return Done({"users": ", ".join(each.user_id for each in wanted)})


def _wanted(ctx: AwsContext) -> tuple[Wanted, ...]:
    """Every user that has a secret; empty before Terraform has made any."""
    return tuple(_users(ctx)) if is_initialised(ctx) else ()


def _has_any(ctx: AwsContext) -> bool:
    """Whether any user is to be let in, by the secrets that there are."""
    names = (ctx.platform.named(each).secrets.per_environment for each in ENVIRONMENTS)
    return any(name.startswith(CACHE) for each in names for name in each)


def _users(ctx: AwsContext) -> Iterator[Wanted]:
    caches = ctx.root.outputs().get("caches", {})
    for environment in ENVIRONMENTS:
        cache = caches.get(environment, {})
        for user, user_id in sorted(cache.get("user_ids", {}).items()):
            secret = f"{CACHE}{user}"
            if ctx.has_secret(environment, secret):
                rights = cache["access_strings"][user]
                yield Wanted(user_id, rights, ctx.secret_name(environment, secret))


def _is_in(ctx: AwsContext, wanted: Wanted) -> bool:
    found = ctx.cache_users.user(wanted.user_id)
    return found is not None and found.settled and _is_given(ctx, wanted)


def _is_given(ctx: AwsContext, wanted: Wanted) -> bool:
    """It has a password and rights, and they are what we gave last and would give now."""
    found, mark = ctx.cache_users.user(wanted.user_id), _mark(ctx, wanted)
    let_in = found is not None and found.has_password and not found.access_string.startswith("off")
    return let_in and read_json(ctx.layout.cache_users).get(wanted.user_id) == mark


def _let_in(ctx: AwsContext, wanted: Wanted) -> None:
    found = ctx.cache_users.user(wanted.user_id)
    if found is None:
        raise StepFailed("bootstrap.cache_user_absent", where=wanted.user_id)
    if not found.settled:
        return  # AWS takes one change at a time
    ctx.cache_users.let_in(wanted.user_id, wanted.access_string, _password(ctx, wanted))
    noted = {**read_json(ctx.layout.cache_users), wanted.user_id: _mark(ctx, wanted)}
    write_private(ctx.layout.cache_users, json.dumps(noted, indent=1))


def _password(ctx: AwsContext, wanted: Wanted) -> str:
    found = ctx.secrets.current(wanted.secret)
    try:
        return str(json.loads(found.value)["password"]) if found else ""
    except (ValueError, KeyError, TypeError) as error:
        name = wanted.secret
        raise PingvasError("bootstrap.secret_garbled", where=name, secret=name) from error


def _mark(ctx: AwsContext, wanted: Wanted) -> str:
    """Which password and which rights, without telling either."""
    found = ctx.secrets.current(wanted.secret)
    return sha256(f"{found.id if found else ''} {wanted.access_string}".encode()).hexdigest()
