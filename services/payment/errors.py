"""The payment service's own problems, by code."""

from __future__ import annotations

from services.kernel.errors import Problem


class PersonUnknown(Problem):
    """A grant to, or a balance of, somebody who does not exist."""

    code, status, title = "payment.person_unknown", 404, "There is no account with this id"


class TooFewCredits(Problem):
    """An adjustment takes more than the person has."""

    code, status, title = "payment.too_few_credits", 409, "The person has fewer credits than that"


class TierNotForSale(Problem):
    """The tier does not exist, or costs nothing."""

    code, status, title = "payment.tier_not_for_sale", 409, "This tier is not for sale"

    def __init__(self, tier: str) -> None:
        super().__init__("GET /v1/plans lists those on offer.", tier=tier)


class AlreadySubscribed(Problem):
    """The person has another subscription, which can be changed or resumed."""

    code, status = "payment.already_subscribed", 409
    title = "You have a subscription; change or resume it"


class SubscriptionNotFound(Problem):
    """No such subscription, or another person's: the answer is the same."""

    code, status, title = "payment.subscription_not_found", 404, "There is no such subscription"


class SubscriptionOver(Problem):
    """What was asked is not possible in the subscription's state."""

    code, status = "payment.subscription_over", 409
    title = "The subscription's state does not allow this"

    def __init__(self, state: str) -> None:
        super().__init__(subscription_status=state)


class PaymentNotFound(Problem):
    """No such payment."""

    code, status, title = "payment.payment_not_found", 404, "There is no such payment"


class RefundTooLarge(Problem):
    """More than was paid, or less than was given back already."""

    code, status, title = (
        "payment.refund_impossible",
        409,
        "The payment can't be refunded like this",
    )


class RefundUnderWay(Problem):
    """The provider is being asked for a refund of this payment, or was until a moment ago."""

    code, status, title = "payment.refund_under_way", 409, "A refund of the payment is under way"

    def __init__(self) -> None:
        super().__init__(retry_after_s=10)


class NotConfigured(Problem):
    """The secret of webhooks is not set, so nothing can be bought."""

    code, status, title = "payment.not_configured", 503, "Nothing can be bought here yet"

    def __init__(self) -> None:
        super().__init__(retry_after_s=300)


class ProviderUnavailable(Problem):
    """The payment provider cannot be reached, or is too busy."""

    code, status = "payment.provider_unavailable", 503
    title = "The payment provider is away for a moment"

    def __init__(self) -> None:
        super().__init__(retry_after_s=5)


class ProviderRefused(Problem):
    """The payment provider answered with a refusal, or with something unreadable."""

    code, status, title = "payment.provider_refused", 502, "The payment provider refused this"


class CheckoutUnknown(Problem):
    """The address of a local checkout is malformed, foreign or too old."""

    code, status, title = "payment.checkout_unknown", 404, "There is no such checkout"


class SignatureInvalid(Problem):
    """The signature is missing or was not made with our secret over this very body."""

    code, status, title = "payment.webhook_signature_invalid", 401, "The signature is not valid"


class WebhookUnreadable(Problem):
    """The body is signed, and not an event."""

    code, status, title = "payment.webhook_unreadable", 400, "The body is not an event"


class WebhookOutsideWindow(Problem):
    """An event that we never saw, with a time too far in the past or in the future."""

    code, status, title = "payment.webhook_outside_window", 400, "The event is not of this time"


class EventNotFound(Problem):
    """No such event."""

    code, status, title = "payment.event_not_found", 404, "There is no such event"
