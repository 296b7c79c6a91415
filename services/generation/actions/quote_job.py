"""Say what a job would cost, when it would be done, and all that would be against it."""

from dataclasses import dataclass

from services.generation.actions.appraise_job import Appraisal
from services.generation.actions.submit_job import SubmitJob, wish_of
from services.generation.errors import InsufficientCredits
from services.generation.pricing import Price
from services.generation.repository import submits
from services.generation.repository.submits import Purse
from services.generation.schemas.quotes import Objection, PriceMade, Quote
from services.generation.schemas.requests import GenerationRequest
from services.kernel.access import Caller
from services.kernel.errors import Problem


@dataclass(frozen=True)
class QuoteJob:
    """Goes the way of a submit, as far as nothing is written."""

    submit: SubmitJob

    async def run(self, caller: Caller, request: GenerationRequest) -> Quote:
        """Raises only what leaves a job without a size, and a database that is away."""
        appraisal = await self.submit.appraise.run(caller, request)
        purse = await submits.find_purse(self.submit.appraise.database, caller.user_id)
        forecast = await self.submit.outlook.get()
        reasons = [*appraisal.problems, *await self._against(caller, appraisal, purse)]
        return Quote(
            cost_credits=appraisal.price.credits,
            made_up=_made_up(appraisal.price),
            balance_credits=purse.balance_credits,
            balance_after_credits=purse.balance_credits - appraisal.price.credits,
            width=appraisal.width,
            height=appraisal.height,
            eta=forecast.eta(wish_of(caller, appraisal)),
            admitted=not reasons,
            reasons=[_objection(problem) for problem in reasons],
        )

    async def _against(self, caller: Caller, appraisal: Appraisal, purse: Purse) -> list[Problem]:
        """What the statement that takes the job would find."""
        found: list[Problem] = []
        if purse.balance_credits < appraisal.price.credits:
            found.append(InsufficientCredits(appraisal.price.credits))
        if purse.waiting_jobs >= appraisal.terms.waiting_jobs:
            found.append(await self.submit.too_many(caller, appraisal))
        return found


def _made_up(price: Price) -> PriceMade:
    return PriceMade(
        megapixels=price.megapixels,
        steps=price.steps,
        count=price.count,
        credits_per_megapixel_step=price.credits_per_megapixel_step,
        exact_credits=price.exact_credits,
    )


def _objection(problem: Problem) -> Objection:
    return Objection(
        code=problem.code, status=problem.status, title=problem.title, detail=problem.detail
    )
