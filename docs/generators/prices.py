"""The page of prices: each with its source and date, and what has none or is free."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from docs.generators.markdown import page, table
from pingvas_cli.errors import msg
from pingvas_cli.messages import Translator
from pingvas_cli.pricing.coverage import BILLED_WITH, FREE
from pingvas_cli.pricing.price import HOURS_PER_MONTH, UNITS, Item, Kind, Price
from pingvas_cli.pricing.prices import PRICES

ABOUT: Final = f"""\
What `pingvas bootstrap --target aws` prices a plan with: list prices in US dollars, before taxes,
credits and discounts. A month has {HOURS_PER_MONTH} hours. A price is what its source gave on its
date, for its region; in any other region it is unknown. What has no price here counts as 0 and
makes a total say that it is more."""
USAGE: Final = """\
Quantities are those of the plan where a resource is billed for its standing. Where its use is
billed, they are assumed: [`cost.usage`](config/cost.md), and what is expected to be stored or sent
in [`object_store`](config/object_store.md), [`file_store`](config/file_store.md),
[`registry`](config/registry.md) and [`cdn`](config/cdn.md). The same use is assumed before and
after a plan, so the change is that of what stands. An Aurora instance is assumed at `writer_acu`
or `reader_acu`, within the bounds of its cluster, also where it may pause. GPU nodes are assumed
in the pool that Karpenter tries first, and nodes of the services at the on-demand price of their
first family's `large`, as no source has their spot price."""
UNCOUNTED: Final = """\
Not counted at all: requests to S3, Secrets Manager and the DNS; what is read from and written to
EFS with elastic throughput, by the GB (100 GB of checkpoints that 100 workers read is 10 TB);
traffic to the Internet except through CloudFront; traffic between regions; snapshots of the cache
and of Aurora beyond what is free; metrics that are read from CloudWatch; free tiers other than
CloudFront's; support plans."""


def pages() -> dict[str, str]:
    """The one page."""
    priced = {each.item.kind for each in PRICES}
    without = [each for each in Kind if each not in priced and each is not Kind.OTHER]
    head = ("what", "USD", "per", "region", "source", "date", "note")
    return {
        "prices.md": page(
            "Prices",
            ABOUT,
            table(head, map(_row, PRICES)),
            "## Without a known price",
            table(
                ("what", "per"), ((_words(Item(each, "", "gp3")), UNITS[each]) for each in without)
            ),
            "## Quantities",
            USAGE,
            UNCOUNTED,
            "## Billed with something else",
            table(("type", "billed with"), _billed_with()),
            "## Free",
            ", ".join(f"`{each}`" for each in sorted(FREE)) + ".",
        )
    }


def _row(price: Price) -> tuple[str, ...]:
    source = price.source
    said_by = f"[{source.title}]({source.url})" if source.url else source.title
    item = price.item
    date = source.date or "not dated"
    return _words(item), str(price.usd), item.unit, item.region, said_by, date, price.note


def _words(item: Item) -> str:
    return Translator("en").text(msg(f"pricing.item_{item.kind}", of=item.of))


def _billed_with() -> Iterator[tuple[str, str]]:
    return ((f"`{each}`", f"`{other}`") for each, other in sorted(BILLED_WITH.items()))
