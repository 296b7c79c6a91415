"""Words of the step engine, in English."""

TEXTS: dict[str, str] = {
    "trying_again": "another try, after {code}",
    "lock_free": "Nobody holds the lock.",
    "lock_broken": "The lock of process {pid} is broken. Make sure that it does no more work.",
    "column_owner": "owner",
    "column_pid": "pid",
    "column_host": "host",
    "column_purpose": "purpose",
    "column_since": "since",
    "column_age_s": "age (s)",
}

ERRORS: dict[str, tuple[str, str]] = {
    "unknown": ("There is no step {step}.", "Choose one of: {known}."),
    "only_alone": (
        "--only goes with neither --from nor --until.",
        "Give --only alone, or --from and --until.",
    ),
    "empty_selection": (
        "The step {start} comes after {until}, so nothing is left to run.",
        "Swap them, or leave one out; `pingvas bootstrap --dry-run` shows the order.",
    ),
    "not_present": (
        "The step “{step}” ran to its end, but its result is not there.",
        "Run the command again; if it stays, look into the logs with `pingvas logs`.",
    ),
    "timed_out": (
        "The step “{step}” gave up after {seconds} s of waiting for {reason}.",
        "Look into the part's log with `pingvas logs NAME`, then run the command again.",
    ),
    "system_refuses": (
        "The operating system refused: {detail}.",
        "Free disk space or mend the permissions of {path}, then run the command again.",
    ),
    "locked": (
        "{owner} is already working on this platform: {purpose}, process {pid} on {host}, "
        "for {age_s} s.",
        "Wait for it, or see `pingvas lock status`.",
    ),
    "lock_alive": (
        "The lock's holder is alive: {owner}, process {pid} on {host}, {purpose}.",
        "End that process; the lock ends with it. If it hangs: `pingvas lock release --force`.",
    ),
}
