"""Webhooks of the payment provider; and what administrators see of them."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Query, Request

from services.kernel.errors import problems
from services.kernel.errors.framework import UnsupportedMediaType
from services.kernel.pagination import Page, PageAsked
from services.payment.access import WebhooksRead
from services.payment.errors import (
    EventNotFound,
    NotConfigured,
    SignatureInvalid,
    WebhookOutsideWindow,
    WebhookUnreadable,
)
from services.payment.outcomes import Outcome
from services.payment.routes.actions import Acting
from services.payment.schemas.webhooks import WebhookEvent, WebhookReceived

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

JSON: Final = "application/json"
BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {
                    "type": "object",
                    "description": "A webhook of Lemon Squeezy: `meta.event_name` and `data`.",
                }
            }
        },
    }
}
Signature = Annotated[
    str,
    Header(
        alias="X-Signature",
        max_length=200,
        description="Hex HMAC-SHA256 of the body as sent, under the secret of the webhook.",
    ),
]


@router.post(
    "/lemon-squeezy",
    openapi_extra=BODY,
    responses=problems(
        SignatureInvalid,
        WebhookUnreadable,
        WebhookOutsideWindow,
        UnsupportedMediaType,
        NotConfigured,
    ),
)
async def post_webhook(
    request: Request, actions: Acting, signature: Signature = ""
) -> WebhookReceived:
    """Take an event of the payment provider in. Repeats answer 200 and change nothing."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise UnsupportedMediaType
    return WebhookReceived.model_validate(
        await actions.receive.run(await request.body(), signature)
    )


@router.get("/events")
async def list_events(
    _: WebhooksRead,
    actions: Acting,
    paging: PageAsked,
    open_only: Annotated[
        bool, Query(description="Only those that wait, or were given up.")
    ] = False,
) -> Page[WebhookEvent]:
    """Webhooks that were taken in, newest first."""
    found, cursor = await actions.events.page(paging, open_only=open_only)
    return Page(items=[WebhookEvent.model_validate(each) for each in found], next_cursor=cursor)


@router.post("/events/{event_id}/retry", responses=problems(EventNotFound))
async def retry_event(
    _: WebhooksRead,
    event_id: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
    actions: Acting,
) -> dict[str, Outcome]:
    """Try an event again now that waits, or was given up."""
    return {"outcome": await actions.events.again(event_id)}
