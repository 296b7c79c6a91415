"""The credentials: there, not the root user's, and of the account that is written down (P13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.verdict import Verdict, failed, ok, warning
from pingvas_cli.doctor.world import World
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.account import Caller
from pingvas_cli.validation.fault import Subject

KEY: Final = "platform.account_id"


def read(world: World) -> Caller | PingvasError:
    """Who asks; credentials that do not work are a fact too."""
    try:
        return world.account.caller()
    except PingvasError as error:
        return error


def judge(subject: Subject, caller: Caller | PingvasError) -> Iterator[Verdict]:
    """No or wrong credentials fail, since nothing else can be looked at then."""
    expected = subject.configuration.platform.account_id
    if isinstance(caller, PingvasError):
        yield failed("AWS", caller.code, **caller.params)
    elif expected is None:
        yield failed(KEY, "doctor.account_unwritten", account=caller.account_id)
    elif caller.account_id != expected:
        yield failed(KEY, "doctor.account_other", account=caller.account_id, expected=expected)
    elif caller.is_root:
        yield warning(KEY, "doctor.account_root")
    else:
        yield ok(KEY, "doctor.account_right", account=expected, arn=caller.arn)


IDENTITY: Final = Check("identity", ("P13",), lambda world, _: read(world), judge)
