"""The `cost` section: the budget, and the usage that the cost report assumes."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem
from pingvas_cli.config.values import Percent

Amount = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=4)]
Budget = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=4)]
Gigabytes = Annotated[int, Field(ge=0, le=10_000_000)]


class AssumedUsage(Section):
    """What a month is assumed to use; each line of the report says so (inventory 68-86)."""

    gpu_nodes: Amount = Field(Decimal(3), description="GPU nodes on average (inventory 70).")
    general_nodes: Amount = Field(
        Decimal(2), description="Nodes of the services on average (correction P7)."
    )
    writer_acu: Amount = Field(Decimal(1), description="ACU of the writer (inventory 71).")
    reader_acu: Amount = Field(Decimal(1), description="ACU of the reader (inventory 72).")
    database_gb: Gigabytes = Field(50, description="Stored by Aurora (correction D4).")
    database_io_millions: Amount = Field(Decimal(30), description="I/O of Aurora (correction D4).")
    nat_gb: Gigabytes = Field(700, description="Through the NAT gateway (inventory 78).")
    inter_zone_gb: Gigabytes = Field(1400, description="Between zones (inventory 78).")
    load_balancer_units: Amount = Field(Decimal(1), description="LCU on average (inventory 77).")
    web_requests_millions: Amount = Field(
        Decimal(10), description="Seen by the firewall (correction N10)."
    )
    log_gb: Gigabytes = Field(40, description="Logs taken in by CloudWatch (inventory 84).")


class CostSection(Section):
    """Budget and assumptions (inventory 68-89, 98)."""

    monthly_budget_usd: Budget = Field(
        Decimal(1500), description="US dollars a month that must not be passed (inventory 98)."
    )
    alert_at_percent: tuple[Percent, ...] = Field(
        (80, 100),
        max_length=4,
        description="Shares of the budget at which AWS Budgets tells (inventory 98).",
    )
    usage: AssumedUsage = part(AssumedUsage, "Usage assumed for a month (inventory 68-86).")

    def problems(self) -> Iterator[Problem]:
        """A share that is listed twice: AWS refuses it."""
        if len(set(self.alert_at_percent)) < len(self.alert_at_percent):
            yield problem("alert_at_percent", "config.listed_twice")
