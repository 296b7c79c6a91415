"""Words of the command line, in English.

`<command>[_<subcommand>]` is a command's page: its first line is the summary in lists.
"""

TEXTS: dict[str, str] = {
    # pages
    "pingvas": "Stand up and run an image-generation platform.",
    "bootstrap": "Stand the platform up, dev and prod.\n\n"
    "Shows the plan, asks once, and runs only the steps that are missing. Interrupted work is "
    "picked up by the same command; a second run changes nothing.",
    "status": "Show what runs, where, and whether it is healthy.",
    "logs": "Show the log of one part.",
    "start": "Start what was stopped.",
    "stop": "Stop every process and keep the data.",
    "destroy": "Remove the platform and its data.\n\n"
    "Asks for the name to be typed, and ends with a report of whatever is left.",
    "release": "Build and list the releases that environments run.",
    "release_build": "Build a release from the source tree.",
    "release_list": "List the releases and the environments that run them.",
    "release_show": "Show one release.",
    "lock": "See who is working on the platform.",
    "lock_status": "Show who holds the lock, where and since when.",
    "lock_release": "Release a lock whose holder is gone.",
    "checkpoint": "Install and list model checkpoints.",
    "checkpoint_add": "Install a checkpoint from a hub id, a folder or a .safetensors file.",
    "checkpoint_list": "List the installed checkpoints.",
    "queue": "See and steer the jobs that wait, run or were given up.",
    "queue_list": "List the jobs that were given up.\n\n"
    "On stderr: how many wait, run, rest before another try, and were given up.",
    "queue_show": "Show what the queue and the record know of a job.",
    "queue_retry": "Submit jobs anew that were given up.\n\n"
    "Each becomes a new job of its owner at its old price, because the old price went back; "
    "retried twice is retried once.",
    "queue_pause": "Give workers nothing more.\n\n"
    "They finish what they have. Jobs still come in and wait.",
    "queue_resume": "Give workers jobs again.",
    "queue_drain": "Pause, and wait until nothing runs.\n\n"
    "Exit code 4 when something still runs after the wait.",
    "config": "Check and explain pingvas.yaml.",
    "config_schema": "Print the JSON Schema of pingvas.yaml.",
    "config_show": "Show the configuration in force; secrets are masked.",
    "config_explain": "Explain one section with an annotated example.",
    "dev": "Try the platform by hand: letters, payments, books, keys.",
    "dev_mail": "Show the letters that the platform would have sent.\n\n"
    "On this machine they are files in the state folder; `-o json` shows their tokens.",
    "dev_webhook": "Play the payment provider.",
    "dev_webhook_send": "Send a signed event of the payment provider.\n\n"
    "To make a paying customer: subscription_created, then subscription_payment_success.",
    "dev_reconcile": "Check that ledger, balances and jobs say the same.",
    "dev_keys": "See and rotate the keys that sign access tokens.",
    "dev_keys_list": "List the signing keys.",
    "dev_keys_rotate": "Make the next signing key.\n\n"
    "It is published at once and signs after ten minutes, when everybody has seen it.",
    "render": "Render the configuration into files.\n\n"
    "Writes Kubernetes' manifests, and for AWS also Terraform, Argo CD's applications and GitHub's "
    "workflows. Only files that pingvas wrote, and that nobody changed since, are replaced or "
    "removed; releases and facts are written once.",
    "validate": "Check the configuration and what is rendered from it.\n\n"
    "With `platform.target: aws`: dates of support, names, addresses, paths, each hop's TLS, the "
    "rendered files, and Terraform's own judgement when it is at hand.",
    "doctor": "Look whether everything is ready for the platform.\n\n"
    "On this machine: ports, disk, memory. With `platform.target: aws`: tools, credentials, "
    "permissions, quotas, zones, versions on offer, addresses, the domain's delegation. Changes "
    "nothing; `--fix` asks first. Exit code 1 when something stands in the way.",
    "init": "Write a pingvas.yaml to start from.",
    "completion": "Complete commands with the Tab key.",
    "completion_show": "Print the completion script of a shell.\n\n"
    'To try it in this shell: eval "$(pingvas completion show bash)"',
    "completion_install": "Write the completion script to where the shell looks for it.",
    "token": "Print an access token of the administrator, valid for minutes.",
    "token_environment": "The environment: dev or prod.",
    # options of every command
    "global_output": "Form of the data on stdout.",
    "global_progress": "How to report while working.",
    "global_color": "When to color; NO_COLOR is respected.",
    "global_yes": "Answer yes to every question.",
    "global_lang": "Language of messages.",
    "global_debug": "Show tracebacks.",
    "global_config": "Configuration file.",
    "global_state_dir": "Folder of data, logs and releases.",
    # options and arguments
    "target": "Where to work: `local`, `cluster` or `aws`; without it, what the configuration says.",
    "approve": "The digest of the plan that is approved, in place of an answer.",
    "kubeconfig": "The kubeconfig, for `cluster`; without it, KUBECONFIG or ~/.kube/config.",
    "context": "The context of the kubeconfig, for `cluster`; without it, its present one.",
    "bootstrap_dry_run": "Show the plan and change nothing.",
    "bootstrap_from": "Begin at this step.",
    "bootstrap_only": "Run this step alone.",
    "bootstrap_until": "End after this step.",
    "status_watch": "Show it again every two seconds.",
    "logs_name": "The part; `pingvas status` lists them.",
    "logs_follow": "Go on as lines come.",
    "logs_lines": "How many of the last lines to show.",
    "release_build_source": "The source tree; the one pingvas runs from when left out.",
    "release_show_release": "The id, or the beginning of it.",
    "lock_release_force": "Break the lock of a holder that hangs.",
    "checkpoint_add_source": "A hub id, a folder or a .safetensors file.",
    "checkpoint_add_name": "The name jobs use; made from the source when left out.",
    "queue_job": "The id of a job.",
    "queue_jobs": "The ids of jobs that were given up.",
    "queue_list_limit": "No more than so many.",
    "queue_drain_wait": "How long to wait, in seconds.",
    "dev_environment": "The environment: dev or prod.",
    "dev_mail_to": "Only the letters to this address.",
    "dev_mail_last": "Show the newest letter whole.",
    "dev_webhook_send_event": "The event, such as subscription_created.",
    "dev_webhook_send_user": "Whom it is about: an id or an e-mail address.",
    "dev_webhook_send_tier": "The tier that is bought; the person's own when left out.",
    "dev_webhook_send_billing_reason": "What an invoice is for: updated is a change of tier.",
    "dev_webhook_send_repeat": "Send it so many times at once; it counts once.",
    "dev_webhook_send_reorder": "Send a newer state first.",
    "dev_webhook_send_unsigned": "Sign it wrongly; it must be refused.",
    "dev_keys_rotate_at_once": "Sign with it at once; services may refuse its tokens for minutes.",
    # help pages
    "help_usage": "Usage:",
    "help_options": "Options:",
    "help_arguments": "Arguments:",
    "help_commands": "Commands:",
    "help_global_options": "Options of every command, before or after its name:",
    "help_variables": "Each is also read from a variable: --output from PINGVAS_OUTPUT, and so on.",
    "help_more": "Options of every command (-o, --yes, --lang, ...): pingvas --help",
    "help_each": "More about a command: {path} COMMAND --help",
    "help_help": "Show this page.",
    "help_version": "Show the version.",
    "help_default": "default: {value}",
    "help_required": "required",
    "help_placeholder_options": "[OPTIONS]",
    "help_placeholder_command": "COMMAND",
    # values
    "one_of": "one of {choices}",
    "a_flag": "true or false",
    "a_whole_number": "a whole number",
    "a_number": "a number",
    "at_least": "a number of at least {least}",
    "at_most": "a number of at most {most}",
    # hints
    "did_you_mean": "Did you mean {name}?",
    "see_help": "See {path} --help.",
    "interrupted": "Interrupted. The same command picks the work up again.",
    # completion
    "completion_shell": "The shell: bash, zsh or fish; this one when left out.",
    "completion_installed": "Written to {path}. Open a new shell to use it.",
    "completion_zsh_hint": "If completion does not work there, put this into ~/.zshrc before "
    "compinit runs: fpath=({folder} $fpath)",
}

ERRORS: dict[str, tuple[str, str]] = {
    "approve_local": (
        "--approve is for a plan on AWS; elsewhere there is none to approve.",
        "Leave it out, or add `--target aws`.",
    ),
    "system_refuses": (
        "The operating system refused: {detail}.",
        "Mend the permissions of that path or free disk space, then run the command again.",
    ),
    "output_fails": (
        "The output can't be written: {detail}.",
        "Free disk space or send it somewhere else, then run the command again.",
    ),
    "package_missing": (
        "The Python package {package} is not installed; the bare install is the CLI alone.",
        "Install the extra that this needs: pip install 'pingvas[local]'.",
    ),
    "no_such_command": ("There is no command {name}.", "{hint}"),
    "no_such_option": ("There is no option {name}.", "{hint}"),
    "option_needs_value": ("The option {name} needs a value.", "Write it after the option."),
    "option_takes_no_value": ("The option {name} takes no value.", "Leave the value out."),
    "missing_parameter": ("{name} is missing.", "See {path} --help."),
    "extra_argument": ("Too much was given: {value}", "Leave it out, or see {path} --help."),
    "bad_value": ("{name} can't be {value!r}.", "Give it {wanted}."),
    "bad_path": ("This is no path: {value!r}.", "Give an absolute path, or one below ~/."),
    "bad_usage": ("The command line can't be understood: {detail}", "See {path} --help."),
    "internal_error": (
        "Something unforeseen went wrong in pingvas itself ({kind}: {detail}).",
        "Run it again with --debug to see where, and report it with the file named above.",
    ),
    "unknown_shell": (
        "The shell of this terminal is not known to pingvas: {shell}",
        "Name one: pingvas completion show bash, zsh or fish.",
    ),
}
