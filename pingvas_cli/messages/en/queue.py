"""Words of the queue, in English."""

TEXTS: dict[str, str] = {
    "column_job_id": "job",
    "column_user_id": "person",
    "column_checkpoint": "checkpoint",
    "column_kind": "kind",
    "column_strikes": "attempts",
    "column_error_code": "error",
    "column_error_detail": "detail",
    "column_since": "given up at",
    "column_status": "record",
    "column_queue": "queue",
    "column_attempt": "attempt",
    "column_cost_credits": "credits",
    "column_queued_at": "queued at",
    "column_answer": "answer",
    "column_new_job_id": "new job",
    "counts": "{environment}: {waiting} wait, {running} run, {delayed} rest before another try, "
    "{dead} were given up.",
    "is_paused": "The queue of {environment} is paused: workers get nothing more. "
    "`pingvas queue resume` goes on.",
}

ERRORS: dict[str, tuple[str, str]] = {
    "away": (
        "The queue could not be asked: {detail}",
        "See what is not healthy with `pingvas status`, then run the command again.",
    ),
    "no_job_id": (
        "{job} is not the id of a job.",
        "Take the id from `pingvas queue list` or from the answer to a submit.",
    ),
    "endless_wait": (
        "{seconds} is not a number of seconds that a wait can take.",
        "Give a number from 0 on, such as --wait 60.",
    ),
    "unknown_job": (
        "Neither the queue nor the record knows the job {job}.",
        "Look at the id, and at the environment: dev unless --env names another.",
    ),
    "not_drained": (
        "The queue is paused, and {running} job(s) still run.",
        "Run the command again to wait on, or go on with `pingvas queue resume`.",
    ),
    "not_retried": (
        "{count} job(s) were not submitted anew; nothing of them was changed.",
        "Each one's reason stands below it.",
    ),
    "retry_not_dead": (
        "It is not among the jobs that were given up.",
        "`pingvas queue list` shows them; `pingvas queue show JOB` tells where this one is.",
    ),
    "retry_unsettled": (
        "Its failure is just being written down.",
        "Run the command again in a moment.",
    ),
    "retry_over": (
        "Its record says that it is over, and it did not fail: it is not run again.",
        "Nothing is to be done; its owner may submit it anew.",
    ),
    "retry_gone": ("Its person or its record is gone.", "Nothing can be done."),
    "retry_no_credits": (
        "Its price went back when it was given up, and its owner's credits no longer cover it.",
        "Its owner has to buy credits first.",
    ),
    "retry_too_many_wait": (
        "As many jobs of its owner wait as their tier allows.",
        "Run the command again when some of them are done.",
    ),
    "retry_not_offered": (
        "Its checkpoint is no longer offered.",
        "Switch the checkpoint on, then run the command again.",
    ),
}
