"""`pingvas bootstrap` and `destroy` on AWS: prepare and plan, show one screen, ask, apply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pingvas_cli.bootstrap.aws.apply import ApplyStep
from pingvas_cli.bootstrap.aws.approval import Proposal, refuse_protected
from pingvas_cli.bootstrap.aws.closing import Closing, closing
from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.bootstrap.aws.sequence import AWS, AWS_DESTROY
from pingvas_cli.commands.shown import PLAN_COLUMNS, plan_records
from pingvas_cli.errors import Refused, msg
from pingvas_cli.session import Session
from pingvas_cli.steps.runner import Summary
from pingvas_cli.steps.step import Step
from pingvas_cli.ui.console import Tone
from pingvas_cli.ui.modes import OutputFormat

if TYPE_CHECKING:
    from pingvas_cli.commands.plan_screen import PlanScreen

Steps = Sequence[Step[AwsContext]]


def bootstrap(session: Session, steps: Steps, *, dry_run: bool, approved: str | None) -> None:
    """Run what prepares, ask about the plan where there is one, run the rest."""
    if dry_run:
        session.show(plan_records(session, session.aws.plan(steps)), PLAN_COLUMNS)
        return
    summaries, screen = _run(session, Purpose.BOOTSTRAP, steps, approved)
    if steps[-1] is AWS[-1]:
        _close(session, closing(session.aws.context, *summaries), screen)
    elif screen and session.options.output is not OutputFormat.TABLE:
        session.show_one(screen.record, ())


def destroy(session: Session, approved: str | None) -> None:
    """Remove everything that Terraform made, and end when AWS knows of nothing more."""
    _, screen = _run(session, Purpose.DESTROY, AWS_DESTROY, approved)
    if session.options.output is not OutputFormat.TABLE:
        session.show_one({"plan": screen.record if screen else None}, ())
    session.note(msg("bootstrap.destroyed", kept=session.aws.context.state_bucket_arn), Tone.GOOD)


def _run(
    session: Session, purpose: Purpose, steps: Steps, approved: str | None
) -> tuple[tuple[Summary, ...], PlanScreen | None]:
    """What was done, and the screen of the plan where one waited for a yes."""
    before, after = _parted(steps)
    summaries = [_part(session, purpose, before)] if before else []
    screen = _shown(session, purpose)
    if after:
        if screen:
            _ask(session, screen, approved)
        summaries.append(_part(session, purpose, after))
    return tuple(summaries), screen


def _shown(session: Session, purpose: Purpose) -> PlanScreen | None:
    """The plan that waits, shown; None when nothing is to be done."""
    from pingvas_cli.commands.plan_screen import screen_of, show

    proposed = session.aws.proposal(purpose)
    if proposed is None:
        return None
    screen = screen_of(session, purpose, proposed)
    show(session, screen)
    return screen


def _part(session: Session, purpose: Purpose, steps: Steps) -> Summary:
    return session.aws.run(purpose, steps, session.aws.plan(steps), session.progress)


def _parted(steps: Steps) -> tuple[Steps, Steps]:
    """What comes before the apply, and the apply with all after it."""
    places = [place for place, step in enumerate(steps) if isinstance(step, ApplyStep)]
    place = places[0] if places else len(steps)
    return steps[:place], steps[place:]


def _ask(session: Session, screen: PlanScreen, approved: str | None) -> None:
    """A yes to exactly the plan that is shown."""
    refuse_protected(screen.proposal.changes)
    if approved is None:
        _confirm(session, screen.purpose, screen.proposal)
    session.aws.approve(screen.purpose, approved or screen.proposal.digest)


def _confirm(session: Session, purpose: Purpose, proposed: Proposal) -> None:
    """`--yes` takes what makes and changes; what deletes wants its name typed, or its digest."""
    name, destroyed = session.aws.context.name, len(proposed.destroyed)
    if purpose is Purpose.DESTROY:
        session.confirmation.typed(msg("bootstrap.ask_to_destroy", count=destroyed), name)
    elif not destroyed:
        session.confirmation.yes(msg("bootstrap.ask_to_apply", count=len(proposed.changes)))
    elif session.options.yes:
        digest = proposed.digest
        raise Refused("bootstrap.destroys", where=digest, count=destroyed, digest=digest)
    else:
        session.confirmation.typed(msg("bootstrap.ask_to_replace", count=destroyed), name)


def _close(session: Session, end: Closing, screen: PlanScreen | None) -> None:
    if session.options.output is OutputFormat.TABLE:
        session.console.note("")
        session.console.data(session.text(end.message))
    else:
        session.show_one({**end.record, "plan": screen.record if screen else None}, ())
