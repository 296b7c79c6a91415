"""AWS Backup, by what each plan copies (inventory 90-92; corrections D6, D13).

A copy is counted as large as what it is of; the changes that further ones hold are not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.pricing.estimators.estimator import assumed, estimator, fixed
from pingvas_cli.pricing.line import Part
from pingvas_cli.pricing.price import Kind
from pingvas_cli.pricing.stock import Stock


def _parts(stock: Stock) -> Iterator[Part]:
    config = stock.configuration
    copied = {
        "file_store": (Kind.BACKUP_FILES, config.file_store.expected_gb),
        "images": (Kind.BACKUP_OBJECTS, config.object_store.prod_images.expected_gb),
        "monitoring": (Kind.BACKUP_VOLUMES, config.monitoring.volume_gb),
        "database": (Kind.BACKUP_DATABASE, config.cost.usage.database_gb),
    }
    for plan in stock.of("aws_backup_plan"):
        kind, stored_gb = copied.get(plan.key, (Kind.OTHER, 1))
        yield assumed(plan, kind, stored_gb)
    for testing in stock.of("aws_backup_restore_testing_plan"):
        yield fixed(testing, Kind.RESTORE_TEST)


BACKUP: Final = estimator(_parts, "aws_backup_plan", "aws_backup_restore_testing_plan")
