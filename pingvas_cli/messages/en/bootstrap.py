"""Words of bootstrap on AWS, in English."""

TEXTS: dict[str, str] = {
    "preflight": "Look for Terraform",
    "preview_preflight": "look for Terraform {oldest} or later",
    "earlier_run": "Wait for an earlier run",
    "preview_earlier_run": "see an apply of an earlier bootstrap to its end",
    "rendered_tree": "Render Terraform",
    "files_differ": "{files} files differ from the configuration",
    "preview_tree": "render {files} files into {folder}",
    "state_bucket": "Bucket of Terraform's state",
    "bucket_lacks": "the bucket lacks: {lacking}",
    "preview_bucket": "make the bucket {bucket}, or mend it",
    "terraform_init": "Initialise Terraform",
    "preview_init": "fetch modules and providers, turn to the backend",
    "image_url_keys": "Keys of image URLs",
    "preview_image_url_keys": "make key pairs for: {environments}",
    "plan": "Plan",
    "removal_plan": "Plan the removal",
    "preview_plan": "ask Terraform what it would change; nothing is changed",
    "planning": "Terraform's plan",
    "stale_files": "the files of Terraform have changed since the plan",
    "stale_state": "the state has changed since the plan: serial {planned} then, {found} now",
    "stale_age": "the plan is older than {minutes} minutes",
    "stale_file": "the saved plan is not the file that was made",
    "apply": "Apply the plan",
    "removal": "Remove everything",
    "preview_apply": "apply exactly the plan that is approved",
    "apply_begins": "Terraform to begin",
    "applying": "{done} of {planned} resources, about {minutes} min left: {current} (+{more})",
    "waiting_for_state": "{who}, who holds the state ({operation})",
    "lock_taken_over": "the state, taken over from a run of {who} that was killed",
    "secret_values": "Values of secrets",
    "preview_secret_values": "fill {count} empty secrets",
    "cache_users": "Users of the caches",
    "preview_cache_users": "give users of the caches their passwords and rights",
    "waiting_for_users": "the users {users}",
    "no_orphans": "Look for what is left",
    "preview_no_orphans": "ask AWS for everything with the platform's tag",
    "orphans_left": "{count} resources that AWS still names: {named}",
    "column_module": "module",
    "column_create": "create",
    "column_update": "change",
    "column_replace": "replace",
    "column_delete": "delete",
    "column_action": "what",
    "column_address": "resource",
    "proposed": "{count} resources change. Digest of this plan: {digest}",
    "ask_to_apply": "Apply this plan of {count} resources?",
    "ask_to_replace": "This plan replaces or deletes {count} resources with what they hold.",
    "ask_to_destroy": "This deletes {count} resources with all their data.",
    "destroyed": "The platform is removed and nothing of it is left. Kept, with the history of its state: {kept}",
    "closing": "The platform stands on AWS ({elapsed_s} s; applied: {applied}).\nAPI: {api_urls}\nDelegate the domain to: {name_servers}\nSecrets that wait for a value of yours: {secrets_left}",
}

ERRORS: dict[str, tuple[str, str]] = {
    "bucket_of_other": (
        "The bucket {bucket} does not belong to the account {account_id}, or must not be seen.",
        "Sign in to the account of the configuration with rights on its buckets; if a stranger has the name, choose another `platform.name`.",
    ),
    "secret_absent": (
        "There is no secret {secret}, so no value can be kept in it.",
        "Run `pingvas bootstrap --target aws` from the start: Terraform makes the secrets.",
    ),
    "terraform_old": (
        "Terraform {oldest} or later is needed, and {found} was found.",
        "Install a newer Terraform and put it on the PATH.",
    ),
    "state_locked": (
        "The state is held by {who} since {created} ({operation}, lock {id}), which this machine can't look into.",
        "Wait for that run. If it is surely dead: `terraform force-unlock {id}` in terraform/platform.",
    ),
    "plan_fails": (
        "Terraform could not plan: {count} error(s).",
        "Mend what is named, then run the command again. All that Terraform said: {log}",
    ),
    "plan_lost": (
        "Terraform ended its plan, and the file is not there.",
        "Run the command again.",
    ),
    "apply_fails": (
        "Terraform failed at {count} resource(s); {done} were done before and are kept in the state.",
        "Mend what is named, then run the command again: it plans what is left. All that Terraform said: {log}",
    ),
    "resource_fails": (
        "{summary}: {detail}",
        "",
    ),
    "terraform_ended": (
        "Terraform ended before its work did, and did not say why.",
        "Run the command again: it plans what is left. What Terraform said: {log}",
    ),
    "no_plan": (
        "There is no plan to apply.",
        "Run `pingvas bootstrap --target aws` without --only or --from.",
    ),
    "not_approved": (
        "Nobody has approved the plan {digest}.",
        "Run the command where somebody can answer, or with --approve and the digest.",
    ),
    "approves_other": (
        "What is approved is {asked}; the saved plan is {found}.",
        "Look at the present plan, then approve its digest.",
    ),
    "plan_stale": (
        "The plan does not hold any more: {why}.",
        "Run the command again: it makes a new plan and asks anew.",
    ),
    "destroys": (
        "The plan replaces or deletes {count} resource(s), which --yes does not answer.",
        "Look at them, then give --approve {digest}, or answer in a terminal.",
    ),
    "protected": (
        "{count} resource(s) that would go are protected against deletion.",
        "Turn the protection off in the configuration (`deletion_protection`), run `pingvas bootstrap --target aws`, then try again.",
    ),
    "resource_protected": (
        "AWS refuses to delete it.",
        "",
    ),
    "secret_garbled": (
        "The secret {secret} is not the document that pingvas writes.",
        "Mend its value in Secrets Manager, or remove the value so that a new one is made.",
    ),
    "no_cache_users": (
        "Terraform has told of no users of the caches.",
        "Run `pingvas bootstrap --target aws` from the start.",
    ),
    "cache_user_absent": (
        "Terraform tells of this user, and ElastiCache has none of the name.",
        "Run `pingvas bootstrap --target aws` from the start; a new plan makes it.",
    ),
}
