"""Who may do what here: everybody reads their own credits, administrators grant them."""

from __future__ import annotations

from services.kernel.access import Admin, SignedIn

CreditsRead = SignedIn
CreditsGrant = Admin
