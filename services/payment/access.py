"""Who may do what here: everybody their own, administrators anyone's. API keys spend no money."""

from __future__ import annotations

from services.kernel.access import Admin, Person, SignedIn

CreditsRead = SignedIn
CreditsGrant = Admin
AccountsRead = Admin
SubscriptionsRead = Person
SubscriptionsWrite = Person
PaymentsRefund = Admin
WebhooksRead = Admin
