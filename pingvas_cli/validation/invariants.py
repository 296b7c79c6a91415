"""Every check that `pingvas validate` makes of a platform on AWS, in the order it shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.rendering.contexts.needed import missing
from pingvas_cli.validation import addresses, names, paths, schedules, support, tls
from pingvas_cli.validation.fault import Fault, Invariant, Subject


def _values_are_written(subject: Subject) -> Iterator[Fault]:
    return (Fault(one.where, one.code, one.params) for one in missing(subject.configuration))


NEEDED_VALUES: Final = "needed_values"
INVARIANTS: Final = (
    Invariant(NEEDED_VALUES, _values_are_written),
    Invariant("support_dates", support.versions_in_support),
    Invariant("tested_versions", support.versions_tested_together),
    Invariant("names", names.names_fit),
    Invariant("namespaces", names.namespaces_are_free),
    Invariant("secrets", names.secrets_are_listed),
    Invariant("vpc", addresses.vpc_is_possible),
    Invariant("second_vpc", addresses.second_vpc_is_possible),
    Invariant("copies", addresses.copies_have_a_second_region),
    Invariant("addresses", addresses.subnets_hold_the_nodes),
    Invariant("zones", addresses.zones_are_of_the_region),
    Invariant("zones_left", addresses.zones_are_left),
    Invariant("windows", schedules.windows_are_apart),
    Invariant("schedules", schedules.schedules_are_readable),
    Invariant("paths", paths.no_served_path_is_closed),
    Invariant("overlays", paths.overlays_change_what_is_apart),
    Invariant("tls_versions", tls.newest_tls_where_chosen),
)


def faults(subject: Subject) -> tuple[tuple[Invariant, tuple[Fault, ...]], ...]:
    """Each check with what it found."""
    return tuple((one, tuple(one.judge(subject))) for one in INVARIANTS)
