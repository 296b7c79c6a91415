"""Words of the target `cluster`, in English."""

TEXTS: dict[str, str] = {
    "preflight": "Look at the cluster, permissions and tools",
    "preview_preflight": "stop: {count} thing(s) stand in the way",
    "speaks_to": "Context {context}: {server}, Kubernetes {version}.",
    "known": "Remember the cluster",
    "preview_known": "note that the platform is in {context} ({server})",
    "rendered_tree": "Render manifests",
    "files_differ": "{files} files differ from the configuration",
    "preview_tree": "render {files} files into {folder}",
    "facts": "Facts of manifests",
    "preview_facts": "fill in what `endpoints` tells",
    "releases": "Images of the programs",
    "preview_releases": "see that each program has an image in {folder}",
    "foundations": "Namespaces, quotas and policies",
    "preview_foundations": "apply what stands before all programs, with the namespaces {namespaces}",
    "secret_values": "Values of secrets",
    "preview_secrets": "make {named}",
    "preview_all_secrets": "make the secrets that pods need and nobody has made",
    "tenancies": "Roles and schemas of the database",
    "preview_tenancies": "make what is missing, with the passwords of the secrets",
    "wave_cache": "Cache of {environment}",
    "migrations": "Migrations of {environment}",
    "preview_migrations": "run the migrations of the release in {namespace}",
    "wave_pooler": "Pooler of {environment}",
    "wave_services": "Services of {environment}",
    "wave_workers": "Workers of {environment}",
    "preview_wave": "apply {named} in {namespace}, and wait until it works",
    "prune": "Remove what is left over",
    "preview_prune": "delete {named}",
    "left_over": "{count} objects that nothing makes any more: {named}",
    "smoke_test": "Smoke test of {environment}",
    "preview_smoke_test": "ask each service of {namespace} through a port-forward",
    "differs": "{count} objects differ: {named}",
    "waiting_for": "{what}: {reason}",
    "waiting_to_go": "{named} to go",
    "not_there": "it is not there",
    "unseen": "its controller has not seen the change",
    "replicas": "{available} of {wanted} replicas are ready",
    "said": "{words}",
    "pod_said": "pod {pod}: {words}",
    "job_runs": "it runs",
    "no_ready_pod": "{service}: no pod is ready",
    "no_answer": "{pod}: {path} does not answer 200",
    "remove_workers": "Remove workers",
    "remove_programs": "Remove programs",
    "remove_settings": "Remove settings, secrets and policies",
    "remove_claims": "Remove claims with their data",
    "remove_cluster_wide": "Remove what the whole cluster has",
    "remove_namespaces": "Remove namespaces",
    "preview_removal": "delete {named}",
    "ask_to_destroy": "Remove the platform from this cluster, with the data of these claims: {data}?",
    "destroyed": "Everything of the platform is removed from the cluster. The database, the object "
    "store and the roles in them stay as they are.",
    "destroyed_but": "Everything of the platform is removed. Namespaces in which others have "
    "something stay: {kept}.",
    "closing": "The platform is up in {context}: namespaces {namespaces}; {applied} steps were "
    "applied.\nLook at it: kubectl --context {context} -n {first} get pods",
    "closing_unchanged": "Nothing had to change: the platform is up in {context}, namespaces "
    "{namespaces}.",
}

ERRORS: dict[str, tuple[str, str]] = {
    "not_prepared": (
        "{count} thing(s) stand in the way; nothing was changed.",
        "Mend what is listed, then run the command again.",
    ),
    "other_cluster": (
        "This platform is in {before} ({server}), and {context} is another cluster.",
        "Name that context with --context {before}, or give this cluster a state folder of its "
        "own with --state-dir DIR.",
    ),
    "version_too_old": (
        "Kubernetes {version} is older than {oldest}, the oldest that the manifests are tested on.",
        "Upgrade the cluster.",
    ),
    "version_untried": (
        "Kubernetes {version} is newer than {newest}, the newest that the manifests are tested on.",
        "Look at the release notes of Kubernetes, or update pingvas.",
    ),
    "kubectl_skew": (
        "kubectl {version} is more than one minor version from Kubernetes {kubernetes}.",
        "Install a kubectl of {kubernetes}.",
    ),
    "kind_missing": (
        "The cluster knows no {kind} of {version}.",
        "Install what brings it: for keda.sh that is KEDA 2.",
    ),
    "not_allowed": (
        "You may not {verbs} {kind} in the namespace {namespace}.",
        "Have it allowed to your user, e.g. by the ClusterRole cluster-admin.",
    ),
    "no_nodes": (
        "No node of the cluster is ready for pods.",
        "Add a node, or see why none is ready: kubectl get nodes.",
    ),
    "few_gpus": (
        "Nodes have {there} GPUs to give, and the quotas of the workers speak of {wanted}.",
        "Install the device plugin, add GPU nodes, or lower namespaces.*.gpus.",
    ),
    "not_ours": (
        "The namespace {namespace} belongs to somebody else.",
        "Choose another as environments.{environment}.namespace, or hand it over: kubectl label "
        "namespace {namespace} {label}",
    ),
    "endpoint_missing": (
        "The configuration does not say where {key} is.",
        "Write it into `endpoints` of pingvas.yaml.",
    ),
    "no_authorities": (
        "No certificate is in the file {file}: the database could not be trusted.",
        "Name a PEM file of who signs its certificate.",
    ),
    "no_administrator": (
        "The file holds no address of a database's administrator. {detail}",
        "Write postgresql://user:password@host:port/postgres into it, without `?` and what follows.",
    ),
    "nothing_released": (
        "Programs without an image can't start.",
        "Write newName and digest of each image into the files that are listed, then run the "
        "command again.",
    ),
    "not_released": (
        "{program} has no image yet.",
        "Write newName and digest of its image into this file.",
    ),
    "secret_lacks": (
        "The Secret is there, but lacks: {keys}",
        "Add these keys, or delete the Secret if nobody uses it: it is made anew then.",
    ),
    "secret_of_others": (
        "Pods need the Secret {name}, and its value is not pingvas's to make.",
        "Make it with kubectl create secret generic, then run the command again.",
    ),
    "not_ready": (
        "It does not become ready: {reason}",
        "Mend the cause, then run the command again: it goes on here.",
    ),
    "job_failed": (
        "The Job failed: {reason}\n{log}",
        "Mend the cause, then run the command again: the Job runs anew.",
    ),
}
