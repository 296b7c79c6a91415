"""What came of an event."""

from __future__ import annotations

from enum import StrEnum

from services.payment.records import Subscription


class Outcome(StrEnum):
    """As stored and shown. All but `open` are final; `given_up` can be opened again by hand."""

    APPLIED = "applied"
    NOTED = "noted"  # known, and nothing follows from it
    STALE = "stale"  # we know something newer
    DUPLICATE = "duplicate"
    UNKNOWN_EVENT = "unknown_event"
    UNKNOWN_PERSON = "unknown_person"
    FOREIGN_PERSON = "foreign_person"  # names another person than the subscription's
    FOREIGN_STORE = "foreign_store"
    TEST_MODE = "test_mode"  # a test's event in prod
    OPEN = "open"  # to be tried again
    GIVEN_UP = "given_up"


class Postponed(Exception):
    """The event refers to something that did not arrive yet."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ChangeUnknown(Postponed):
    """The invoice bills a change of tier that we were not told of: the provider may be asked."""

    def __init__(self, subscription: Subscription) -> None:
        super().__init__("change_unknown")
        self.subscription = subscription
