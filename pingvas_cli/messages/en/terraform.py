"""Words of Terraform at work, in English."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {
    "absent": (
        "The program terraform is not on the path.",
        "Install Terraform 1.11 or later, or put it on the PATH.",
    ),
    "no_root": (
        "The folder that Terraform runs in is not there: nothing was rendered into it yet.",
        "Run the steps before this one too: `pingvas bootstrap --target aws` begins with them.",
    ),
    "command_fails": (
        "`{what}` failed: {detail}",
        "Mend what Terraform names, then run the command again.",
    ),
}
