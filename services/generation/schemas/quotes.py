"""What a job would cost, when it would be done, and whether it would be taken."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from services.generation.schemas.generations import Eta


class PriceMade(BaseModel):
    """How a price is made up: megapixels x steps x pictures x rate, rounded up, at least 1."""

    megapixels: Annotated[Decimal, Field(description="Of one picture; 2^20 pixels are one.")]
    steps: Annotated[int, Field(description="Those really computed; fewer at a low strength.")]
    count: Annotated[int, Field(description="Pictures.")]
    credits_per_megapixel_step: Decimal
    exact_credits: Annotated[Decimal, Field(description="Before it is rounded up.")]


class Objection(BaseModel):
    """One reason why the job would be refused: the problem that submitting it would answer."""

    code: str
    status: int
    title: str
    detail: str


class Quote(BaseModel):
    """Nothing is held or promised by a quote."""

    cost_credits: int
    made_up: PriceMade
    balance_credits: Annotated[int, Field(description="Now.")]
    balance_after_credits: Annotated[int, Field(description="Negative when it does not suffice.")]
    width: Annotated[int, Field(description="Pixels of each picture.")]
    height: Annotated[int, Field(description="Pixels of each picture.")]
    eta: Annotated[Eta | None, Field(description="Null when nothing is known.")]
    admitted: bool
    reasons: Annotated[list[Objection], Field(description="All at once; empty when admitted.")]
