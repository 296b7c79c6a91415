"""Words of the user interface itself, in English."""

TEXTS: dict[str, str] = {
    "error": "error",
    "where": "where:",
    "remedy": "to do:",
    "docs": "docs:",
    "yes_or_no": "[y/N]",
    "yes_words": "y yes",
    "type_to_confirm": "Type {expected} to go on:",
    "steps_planned": "{total} steps, {to_do} to do",
    "waiting_for": "waiting for {reason}",
    "downloaded": "{stage}: {done} of {total} MiB ({percent} %)",
    "outcome_done": "done",
    "outcome_present": "already there",
    "outcome_failed": "failed",
    "run_done": "{finished} of {total} steps, {changed} changed something, {elapsed}",
    "run_stopped": "Stopped after {finished} of {total} steps, {changed} changed something, "
    "{elapsed}",
}

ERRORS: dict[str, tuple[str, str]] = {
    "needs_yes": (
        "Nobody can answer here: {question}",
        "Run it again with --yes if you mean it.",
    ),
    "declined": ("Nothing was done, because the answer was not yes.", ""),
}
