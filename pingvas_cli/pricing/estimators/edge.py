"""The load balancer, firewalls and the DNS (inventory 45, 52, 77; correction N10)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.pricing.estimators.estimator import estimator, fixed, hours, shared
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import HOURS_PER_MONTH, Kind
from pingvas_cli.pricing.stock import Resource, Stock

ANYWHERE: Final = "0.0.0.0/0"


def _parts(stock: Stock) -> Iterator[Part]:
    yield from _load_balancers(stock)
    for firewall in stock.of("aws_wafv2_web_acl"):
        yield fixed(firewall, Kind.FIREWALL)
        yield fixed(firewall, Kind.FIREWALL_RULE, _rules(firewall, stock.configuration))
    if stock.first("aws_wafv2_web_acl"):
        requests = stock.configuration.cost.usage.web_requests_millions
        yield shared(stock, "edge", Kind.FIREWALL_REQUESTS, requests)
    for zone in stock.of("aws_route53_zone"):
        yield fixed(zone, Kind.ZONE)
    for check in stock.of("aws_route53_health_check"):
        yield fixed(check, Kind.HEALTH_CHECK)


def _load_balancers(stock: Stock) -> Iterator[Part]:
    """Each has a public address in each of its zones."""
    zones = len(stock.configuration.network.public_subnets)
    for one in stock.of("aws_lb"):
        yield hours(one, Kind.LOAD_BALANCER)
        if one.values.get("internal") is not True:
            yield hours(one, Kind.IPV4, one.length("subnets", zones))
    if stock.first("aws_lb"):
        units = stock.configuration.cost.usage.load_balancer_units
        yield shared(stock, "edge", Kind.LOAD_BALANCER_UNIT, units * HOURS_PER_MONTH)


def _rules(firewall: Resource, configuration: Configuration) -> int:
    """Those of the plan; as the module makes them when they are known only after the apply."""
    with suppress(ValueError):
        return len(json.loads(firewall.text("rule_json")))
    return firewall.length("rule", _configured(configuration))


def _configured(configuration: Configuration) -> int:
    """The rules of the module edge: for networks, countries, agents, paths, rates, groups, bodies.

    Those of the module cdn hold no address, so a plan always knows them.
    """
    one = configuration.edge.firewall
    chosen = (one.blocked_countries, one.blocked_user_agents, one.admin_paths)
    closed = [
        each
        for each in ENVIRONMENTS
        if ANYWHERE not in map(str, configuration.environments.named(each).allowed_cidrs)
    ]
    return (
        len(closed)
        + sum(map(bool, chosen))
        + 1
        + len(one.managed_rules)
        + int("common" in one.managed_rules)
    )


EDGE: Final = estimator(
    _parts, "aws_lb", "aws_wafv2_web_acl", "aws_route53_zone", "aws_route53_health_check"
)
