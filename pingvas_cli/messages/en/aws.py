"""Words of conversations with AWS and the DNS, in English."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {
    "extra_missing": (
        "The Python package {module} is not installed, so AWS can't be asked.",
        "Install the extra: pip install 'pingvas[aws]'.",
    ),
    "no_credentials": (
        "There are no usable AWS credentials: {detail}",
        "Sign in, e.g. `aws sso login`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID.",
    ),
    "credentials_refused": (
        "AWS does not take the credentials for {what}: {detail}",
        "Sign in anew; see that this machine's clock is right.",
    ),
    "denied": (
        "The credentials may not do {what}: {detail}",
        "Allow this action to the user or role.",
    ),
    "throttled": (
        "AWS takes no more calls of {what} for now: {detail}",
        "Run the command again in a minute.",
    ),
    "unreachable": (
        "AWS could not be reached for {what}: {detail}",
        "See the network, the proxy and the region, then run the command again.",
    ),
    "refused": (
        "AWS refused {what}: {detail}",
        "Mend what AWS names, then run the command again.",
    ),
    "garbled": (
        "What answered is not AWS: {detail}",
        "See AWS_ENDPOINT_URL and the proxy of this machine.",
    ),
}
