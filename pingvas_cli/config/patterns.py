"""An example for each pattern that a value of `pingvas.yaml` has to match, for who missed it."""

from collections.abc import Mapping
from typing import Final

CLOCK: Final = "([01][0-9]|2[0-3]):[0-5][0-9]"
DAY: Final = "(mon|tue|wed|thu|fri|sat|sun)"

EXAMPLES: Final[Mapping[str, str]] = {
    r"^[0-9]+\.[0-9]+(\.[0-9]+)?$": "1.14.1",
    rf"^{DAY}:{CLOCK}-{DAY}:{CLOCK}$": "sun:18:30-sun:19:30",
    rf"^{CLOCK}-{CLOCK}$": "17:00-18:00",
    r"^[a-z_][a-z0-9_]{0,62}$": "pingvas",
    r"^cache\.[a-z0-9]+\.[a-z0-9]+$": "cache.r6g.large",
    r"^[A-Za-z0-9][A-Za-z0-9/_.-]*$": "develop",
    r"^/[A-Za-z0-9/_.*-]*$": "/admin/*",
    r"^Z[A-Z0-9]+$": "Z0123456789ABCDEFGHIJ",
    r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$": "images-dev",
    r"^[A-Z]{2}$": "AQ",
    r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$": "db.example.com",
    r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$": "https://store.example.com",
    r"^[0-9]{1,3}(\.[0-9]{1,3}){3}(:[0-9]{1,5})?$": "10.0.0.2",
    r"^[a-z][a-z0-9-]*$": "m7g",
    r"^https://github\.com/[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$": "https://github.com/owner/name",
    r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$": "k8s/overlays",
    r"^v?[0-9][0-9A-Za-z.-]*$": "v20261101",
    r"^[a-z][a-z0-9-]*\.[a-z0-9]+$": "m7g.large",
    r"^[a-z]{3,4}[0-9]-az[0-9]$": "use1-az1",
    r"^[a-z0-9][a-z0-9-]{0,30}$": "account",
    r"^cron\([^()]+\)$": "cron(0 18 * * ? *)",
    r"^[a-z][a-z0-9-]{1,19}$": "pingvas",
    r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$": "pingvas.example.com",
    r"^[0-9]{12}$": "123456789012",
    r"^[a-z]{2}(-[a-z]+)+-[0-9]$": "us-east-1",
    r"^[^@\s]+@[^@\s]+\.[^@\s]+$": "owner@example.com",
    r"^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$": "arn:aws:iam::123456789012:role/admin",
    r"^[a-z][a-z0-9-]{0,62}$": "oauth-client",
    r"^[0-9]{1,20}$": "123456789",
    r"^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/token\.actions\.githubusercontent\.com$": (
        "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    ),
}
