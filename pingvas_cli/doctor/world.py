"""What checks may look at: the ports, this machine, and the rendered tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.ports.account import Account
from pingvas_cli.ports.hosted_zones import HostedZones
from pingvas_cli.ports.name_servers import NameServers
from pingvas_cli.ports.networks import Networks
from pingvas_cli.ports.offers import Offers
from pingvas_cli.ports.quotas import Quotas
from pingvas_cli.ports.tools import Tools
from pingvas_cli.rendering.renderer import Tree


@dataclass(frozen=True)
class World:
    """Everything outside; `local` and `render` are made only where a check asks for them."""

    tools: Tools
    account: Account
    quotas: Quotas
    offers: Offers
    networks: Networks
    hosted_zones: HostedZones
    name_servers: NameServers
    local: Callable[[], LocalContext]
    render: Callable[[], Tree]
