"""The quotas that a plan and the nodes beside it need, as `doctor` knows and judges them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from pingvas_cli.bootstrap.aws.places import Place
from pingvas_cli.commands.doctor import world_of
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.doctor.quotas import CODES, QUOTAS, Facts
from pingvas_cli.doctor.verdict import Verdict
from pingvas_cli.errors import PingvasError, msg
from pingvas_cli.ports.quotas import Quota
from pingvas_cli.session import Session
from pingvas_cli.ui.output import Record
from pingvas_cli.validation.fault import Subject

# EC2's sizes: `xlarge` has four vCPUs, `4xlarge` four times as many, anything smaller two.
SIZE: Final = re.compile(r"\.(\d*)xlarge$")
XLARGE_VCPUS: Final = 4
SMALLER_VCPUS: Final = 2
NAMES: Final = {
    code: f"bootstrap.quota_{kind}_{capacity.replace('-', '_')}"
    for (kind, capacity), code in CODES.items()
}


def quotas_needed(session: Session, places: Sequence[Place]) -> list[Record]:
    """The vCPUs of nodes at their limits beside what the account has, then what a plan counts."""
    subject = Subject(session.aws.context.platform, datetime.now(UTC).date())
    return [*_vcpus(session, subject), *(_place(session, each) for each in places)]


def _vcpus(session: Session, subject: Subject) -> Iterator[Record]:
    """Of an account that can't be asked, what is needed is said all the same."""
    try:
        facts, asked = QUOTAS.read(world_of(session), subject), True
    except PingvasError:
        facts, asked = _unasked(subject.configuration), False
    for one in QUOTAS.judge(subject, facts):
        values = _values(one)
        if "need" in values:
            code = str(values["code"])
            yield {
                "quota": session.record_translator.text(msg(NAMES[code])),
                "code": code,
                "type": None,
                "region": subject.configuration.platform.region,
                "needed": values["need"],
                "has": facts.quotas[code].value if asked else None,
                "state": one.state if asked else "unknown",
            }


def _values(one: Verdict) -> Mapping[str, object]:
    return one.said.params if one.said else one.params


def _unasked(configuration: Configuration) -> Facts:
    """As if the account had nothing; instance types by the names of their sizes."""
    types = {pool.instance_type for pool in configuration.gpu_nodes.pools().values()}
    types |= set(configuration.cluster.system_nodes.instance_types)
    quotas = {code: Quota(code, code, 0) for code in CODES.values()}
    return Facts(quotas, {each: _size(each) for each in types})


def _size(instance_type: str) -> int:
    found = SIZE.search(instance_type)
    return XLARGE_VCPUS * int(found[1] or 1) if found else SMALLER_VCPUS


def _place(session: Session, one: Place) -> Record:
    """What a plan counts is not compared: those limits are of services that `doctor` leaves out."""
    return {
        "quota": session.record_translator.text(msg(f"bootstrap.quota_{one.type}")),
        "code": None,
        "type": one.type,
        "region": one.region,
        "needed": one.needed,
        "has": None,
        "state": None,
    }
