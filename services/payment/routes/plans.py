"""What is on offer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.payment.schemas.plans import Plans
from services.payment.settings import PaymentSettings

router = APIRouter(prefix="/v1/plans", tags=["plans"])


async def _settings(request: Request) -> PaymentSettings:
    settings: PaymentSettings = request.app.state.settings
    return settings


@router.get("")
async def get_plans(settings: Annotated[PaymentSettings, Depends(_settings)]) -> Plans:
    """The plans on offer, with their limits; no sign-in needed."""
    return Plans.of(settings.tiers)
