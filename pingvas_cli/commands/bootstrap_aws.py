"""`pingvas bootstrap` and `destroy` on AWS: prepare and plan, show one screen, ask, apply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pingvas_cli.bootstrap.aws.approval import Proposal, refuse_protected
from pingvas_cli.bootstrap.aws.closing import closing
from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.bootstrap.aws.never_adopted import left_behind
from pingvas_cli.bootstrap.aws.no_orphans import kept
from pingvas_cli.bootstrap.aws.preflight import NotReady, Preflight
from pingvas_cli.bootstrap.aws.sequence import (
    AWS,
    AWS_DESTROY,
    AWS_PREPARED,
    REMOVAL_PREPARED,
)
from pingvas_cli.commands.shown import PLAN_COLUMNS, plan_records, show_end
from pingvas_cli.errors import Message, Refused, msg
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
        _look(session, Purpose.BOOTSTRAP, steps)
        session.show(plan_records(session, session.aws.plan(steps)), PLAN_COLUMNS)
        return
    summaries, screen = _run(session, Purpose.BOOTSTRAP, steps, approved)
    if steps[-1] is AWS[-1]:
        show_end(
            session,
            closing(session.aws.context, *summaries),
            plan=screen.record if screen else None,
        )
    elif session.options.output is not OutputFormat.TABLE:
        applied = [slug for each in summaries for slug in each.applied]
        session.show_one(screen.record if screen else {"applied": applied}, ())


def destroy(session: Session, approved: str | None) -> None:
    """Remove everything that Terraform made, and end when AWS knows of nothing more."""
    _, screen = _run(session, Purpose.DESTROY, AWS_DESTROY, approved)
    if session.options.output is not OutputFormat.TABLE:
        session.show_one({"plan": screen.record if screen else None}, ())
    left = ", ".join(kept(session.aws.context))
    session.note(msg("bootstrap.destroyed", kept=left), Tone.GOOD)


def _run(
    session: Session, purpose: Purpose, steps: Steps, approved: str | None
) -> tuple[tuple[Summary, ...], PlanScreen | None]:
    """What was done, and the screen of the plan where one waited for a yes."""
    before, after = _parted(steps)
    _look(session, purpose, steps)
    summaries = [_part(session, purpose, before)] if before else []
    screen = _shown(session, purpose)
    if after:
        if screen:
            _ask(session, screen, approved)
        else:
            _ask_for_the_rest(session, purpose)
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


def _look(session: Session, purpose: Purpose, steps: Steps) -> None:
    """What doctor finds, told before anything else is asked of AWS; what fails ends it here.

    Steps that are run without their preflight want the right tools and account, as a removal does.
    """
    whole = isinstance(steps[0], Preflight)
    found = session.aws.context.examine(purpose if whole else Purpose.DESTROY)
    for each in found.warnings:
        what, remedy = session.translator.error(Message(each.code, each.params))
        warned = msg("bootstrap.warned", where=each.where, what=what, remedy=remedy)
        session.note(warned, Tone.WARNING)
    if found.unknown:
        session.note(msg("bootstrap.unlooked", count=len(found.unknown)), Tone.WARNING)
    if found.failures:
        raise NotReady(found.failures)


def _part(session: Session, purpose: Purpose, steps: Steps) -> Summary:
    return session.aws.run(purpose, steps, session.aws.plan(steps), session.progress)


def _parted(steps: Steps) -> tuple[Steps, Steps]:
    """What prepares and may be run unasked, and what wants a yes."""
    prepared = (*AWS_PREPARED, *REMOVAL_PREPARED)
    before = [step for step in steps if any(step is each for each in prepared)]
    return before, steps[len(before) :]


def _ask(session: Session, screen: PlanScreen, approved: str | None) -> None:
    """A yes to exactly the plan that is shown."""
    refuse_protected(screen.proposal.changes)
    if approved is None:
        _confirm(session, screen.purpose, screen.proposal)
    session.aws.approve(screen.purpose, approved or screen.proposal.digest)


def _ask_for_the_rest(session: Session, purpose: Purpose) -> None:
    """A removal goes on where Terraform has nothing to delete; that wants a yes too."""
    left = left_behind(session.aws.context) if purpose is Purpose.DESTROY else ()
    if left:
        question = msg("bootstrap.ask_for_the_rest", named=", ".join(left))
        session.confirmation.typed(question, session.aws.context.name)


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
