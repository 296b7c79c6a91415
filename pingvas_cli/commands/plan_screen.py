"""What a saved plan would do on one screen: resources and cost by module, lines, quotas.

The same facts are a record for programs; its money is text, exact, in US dollars a month.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Final

from pingvas_cli.bootstrap.aws.approval import Proposal
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.commands.doctor import TONES
from pingvas_cli.commands.plan_quotas import quotas_needed
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.terraform_root import Action
from pingvas_cli.pricing.estimate import Estimate
from pingvas_cli.pricing.estimators.nodes import OUTSIDE
from pingvas_cli.pricing.line import Line
from pingvas_cli.pricing.price import HOURS_PER_MONTH
from pingvas_cli.session import Session
from pingvas_cli.ui import cells
from pingvas_cli.ui.console import Tone
from pingvas_cli.ui.output import Column, Record

WIDTH: Final = 80
LARGEST: Final = 5
CENT: Final = Decimal("0.01")

MODULE_COLUMNS: Final = (
    Column("module", msg("bootstrap.column_module")),
    *(
        Column(action, msg(f"bootstrap.column_{action}"), right=True)
        for action in (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE)
    ),
    Column("usd", msg("pricing.column_usd"), right=True),
    Column("change", msg("pricing.column_change"), right=True),
)
DESTROYED_COLUMNS: Final = (
    Column(
        "action",
        msg("bootstrap.column_action"),
        tones={Action.REPLACE: Tone.BAD, Action.DELETE: Tone.BAD},
    ),
    Column("address", msg("bootstrap.column_address")),
)
LINE_COLUMNS: Final = (
    Column("what", msg("pricing.column_largest")),
    Column("quantity", msg("pricing.column_quantity"), right=True),
    Column("each", msg("pricing.column_each"), right=True),
    Column("usd", msg("pricing.column_usd"), right=True),
    Column("basis", msg("pricing.column_basis")),
)
QUOTA_COLUMNS: Final = (
    Column("quota", msg("bootstrap.column_quota")),
    Column("region", msg("bootstrap.column_region")),
    Column("needed", msg("bootstrap.column_needed"), right=True),
    Column("has", msg("bootstrap.column_has"), right=True),
    Column("state", msg("bootstrap.column_state"), tones=TONES),
)


@dataclass(frozen=True)
class PlanScreen:
    """A proposal with the quotas that it needs; none are when everything goes."""

    proposal: Proposal
    purpose: Purpose
    quotas: Sequence[Record]

    @property
    def vcpus(self) -> Sequence[Record]:
        """Those that are compared with what the account has."""
        return [each for each in self.quotas if each["code"]]

    @property
    def record(self) -> Record:
        """Everything that is shown, and every line of the cost."""
        proposed = self.proposal
        return {
            "digest": proposed.digest,
            "changes": len(proposed.changes),
            "modules": [
                {"module": each.module, **{one.value: each.counts[one] for one in Action}}
                for each in proposed.modules
            ],
            "destroyed": _destroyed(proposed),
            "cost": _cost(proposed.cost),
            "quotas": self.quotas,
        }


def screen_of(session: Session, purpose: Purpose, proposed: Proposal) -> PlanScreen:
    """The screen of a proposal; the account is asked for its quotas."""
    needed = quotas_needed(session, proposed.places) if purpose is Purpose.BOOTSTRAP else []
    return PlanScreen(proposed, purpose, needed)


def show(session: Session, screen: PlanScreen) -> None:
    """By module, then what an unsuspecting person would lose, in red; cost, quotas, digest."""
    proposed, building = screen.proposal, screen.purpose is Purpose.BOOTSTRAP
    session.preview(list(_modules(session, proposed)), MODULE_COLUMNS)
    if proposed.destroyed and building:
        _table(session, _destroyed(proposed), DESTROYED_COLUMNS)
    if building and proposed.cost.change_usd:
        rows = [_line_row(session, each) for each in _largest(proposed.cost)]
        _table(session, rows, LINE_COLUMNS)
    if screen.vcpus:
        _table(session, [_quota_row(each) for each in screen.vcpus], QUOTA_COLUMNS)
    session.console.note("")
    for message, tone in (*_counted(screen), *_notes(session, proposed.cost)):
        for line in cells.wrap(session.text(message), WIDTH):
            session.console.note(line, tone)
    session.note(msg("bootstrap.proposed", count=len(proposed.changes), digest=proposed.digest))


def _table(session: Session, rows: Sequence[Record], columns: Sequence[Column]) -> None:
    session.console.note("")
    session.preview(rows, columns)


def _modules(session: Session, proposed: Proposal) -> Iterator[Record]:
    """Modules that change, then all others together, then what Terraform does not make."""
    for each in proposed.modules:
        counts = {one.value: each.counts[one] or "" for one in Action}
        lines = proposed.cost.of(each.module)
        yield {"module": each.module or "-", **counts, **_money(lines)}
    changing = {each.module for each in proposed.modules}
    others = tuple(line for line in proposed.cost.lines if line.module not in {*changing, OUTSIDE})
    beside = proposed.cost.of(OUTSIDE)
    for name, lines in ((msg("pricing.rest"), others), (msg("pricing.outside"), beside)):
        if lines:
            yield {"module": session.text(name), **_money(lines)}


def _money(lines: Sequence[Line]) -> Record:
    """What lines come to, `?` where nothing is known of them, and more than that where not all."""
    after = sum((each.after_usd for each in lines), Decimal(0))
    change = sum((each.change_usd for each in lines), Decimal(0))
    unknown = [each for each in lines if not each.priced]
    if unknown and not after:
        return {"usd": "?", "change": "?"}
    return {"usd": f"{'>' if unknown else ''}{usd(after)}", "change": signed(change)}


def _line_row(session: Session, line: Line) -> Record:
    unit = session.text(msg(f"pricing.unit_{line.item.unit.name.lower()}"))
    return {
        "what": what(session, line),
        "quantity": f"{line.after.normalize():,f} {unit}",
        "each": str(line.unit_usd),
        "usd": usd(line.after_usd),
        "basis": session.text(msg(f"pricing.basis_{line.basis}")),
    }


def _quota_row(record: Record) -> Record:
    has = record["has"]
    return {**record, "has": "?" if has is None else f"{has:g}"}


def _counted(screen: PlanScreen) -> Iterator[tuple[Message, Tone]]:
    """What else a region limits, region by region."""
    found: dict[object, list[str]] = {}
    for each in screen.quotas:
        if not each["code"]:
            found.setdefault(each["region"], []).append(f"{each['quota']} {each['needed']}")
    for region, named in found.items():
        yield msg("bootstrap.counted", region=region, named=", ".join(named)), Tone.PLAIN


def _destroyed(proposed: Proposal) -> list[Record]:
    return [{"action": each.action, "address": each.address} for each in proposed.destroyed]


def _largest(cost: Estimate) -> Sequence[Line]:
    """The lines that cost most after the plan."""
    found = sorted(cost.lines, key=lambda line: line.after_usd, reverse=True)
    return [each for each in found if each.after_usd][:LARGEST]


def _notes(session: Session, cost: Estimate) -> Iterator[tuple[Message, Tone]]:
    percent = cost.change_percent
    change = signed(cost.change_usd) + ("" if percent is None else f", {percent:+}%")
    before, after, assumed = usd(cost.before_usd), usd(cost.after_usd), usd(cost.assumed_usd)
    yield (
        msg("pricing.total", before=before, after=after, change=change, assumed=assumed),
        Tone.STRONG,
    )
    if cost.unpriced:
        named = ", ".join(dict.fromkeys(what(session, each) for each in cost.unpriced))
        yield msg("pricing.at_least", count=len(cost.unpriced), named=named), Tone.DIM
    budget = usd(cost.budget_usd)
    if cost.over_budget:
        over = usd(cost.after_usd - cost.budget_usd)
        yield msg("pricing.over_budget", over=over, budget=budget), Tone.WARNING
    else:
        yield msg("pricing.within_budget", budget=budget), Tone.PLAIN


def what(session: Session, line: Line) -> str:
    """What a line is of, and that it is outside Terraform or in another region."""
    text = session.text(msg(f"pricing.item_{line.item.kind}", of=line.item.of))
    if line.module == OUTSIDE:
        return f"{text} {session.text(msg('pricing.outside'))}"
    home = session.aws.context.configuration.platform.region
    return text if line.item.region == home else f"{text} ({line.item.region})"


def usd(amount: Decimal) -> str:
    """`1,652.40`."""
    return f"{amount.quantize(CENT):,}"


def signed(amount: Decimal) -> str:
    """`+1,652.40`, `-12.00`, `0.00`."""
    return f"{amount.quantize(CENT):+,}" if amount.quantize(CENT) else usd(abs(amount))


def _cost(cost: Estimate) -> Record:
    return {
        "currency": "USD",
        "hours_per_month": HOURS_PER_MONTH,
        "before": cost.before_usd,
        "after": cost.after_usd,
        "change": cost.change_usd,
        "change_percent": cost.change_percent,
        "assumed": cost.assumed_usd,
        "complete": not cost.unpriced,
        "budget": cost.budget_usd,
        "over_budget": cost.over_budget,
        "modules": [
            {
                "module": each.module,
                "before": each.before_usd,
                "after": each.after_usd,
                "change": each.change_usd,
            }
            for each in cost.modules
        ],
        "lines": [_line(each) for each in cost.lines],
    }


def _line(line: Line) -> Record:
    """A line with its price and who says so; null where nobody does."""
    price = line.price
    return {
        "module": line.module,
        "item": line.item.kind,
        "of": line.item.of,
        "region": line.item.region,
        "unit": line.item.unit,
        "basis": line.basis,
        "unit_price": price.usd if price else None,
        "source": asdict(price.source) if price else None,
        "quantity_before": line.before,
        "quantity_after": line.after,
        "before": line.before_usd if price else None,
        "after": line.after_usd if price else None,
        "change": line.change_usd if price else None,
        "addresses": line.addresses,
    }
