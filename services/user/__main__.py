"""`python -m services.user`: run the user service."""

from __future__ import annotations

import sys

from services.kernel.app import serve
from services.user.access import SigningKeyUnusable
from services.user.main import create_app
from services.user.settings import UserSettings

if __name__ == "__main__":
    settings = UserSettings.from_environment()
    try:
        serve("user", settings, lambda: create_app(settings))
    except SigningKeyUnusable as unusable:
        sys.stderr.write(f"user: {unusable}\n")
        sys.exit(1)
