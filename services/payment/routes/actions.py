"""How routes reach the actions."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from services.payment.assembly import Actions


async def _actions(request: Request) -> Actions:
    actions: Actions = request.app.state.actions
    return actions


Acting = Annotated[Actions, Depends(_actions)]
