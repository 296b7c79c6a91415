"""Logs and alarms of CloudWatch (inventory 84; correction D11)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from pingvas_cli.pricing.estimators.estimator import estimator, fixed, shared
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import Kind
from pingvas_cli.pricing.stock import Stock

DAYS_OF_A_MONTH: Final = 30
HUNDREDTH: Final = Decimal("0.01")


def _parts(stock: Stock) -> Iterator[Part]:
    """Logs of all groups together, which stay for the platform's retention."""
    if stock.first("aws_cloudwatch_log_group"):
        taken_in = stock.configuration.cost.usage.log_gb
        days = stock.configuration.monitoring.log_retention_days
        yield shared(stock, "observability", Kind.LOGS_TAKEN_IN, taken_in)
        kept_gb = Decimal(taken_in * days) / DAYS_OF_A_MONTH
        yield shared(stock, "observability", Kind.LOGS_KEPT, kept_gb.quantize(HUNDREDTH))
    for alarm in stock.of("aws_cloudwatch_metric_alarm"):
        yield fixed(alarm, Kind.ALARM)


OBSERVABILITY: Final = estimator(_parts, "aws_cloudwatch_log_group", "aws_cloudwatch_metric_alarm")
