"""Words about pingvas.yaml, in English."""

TEXTS: dict[str, str] = {
    "kind_bool": "true or false",
    "kind_list": "a list",
    "kind_mapping": "keys with values",
    "kind_network": "a network such as 10.0.1.0/24, its host bits zero",
    "kind_number": "a number",
    "kind_text": "text",
    "kind_whole_number": "a whole number",
    "column_key": "KEY",
    "column_value": "VALUE",
    "column_origin": "ORIGIN",
    "column_section": "SECTION",
    "column_summary": "ABOUT",
    "show_origin": "Say where each value comes from: the defaults, a file and line, or a variable.",
    "show_environment": "Apply the overlay of this environment, pingvas.<environment>.yaml.",
    "explain_section": "The section; without it, all sections are listed.",
    "init_path": "The file, or the folder to put it into.",
    "init_force": "Replace the file if it is there.",
    "init_written": "Wrote {path}. Everything in it has a default; change what you need.",
    "init_next": "Next: pingvas config show, then pingvas bootstrap --dry-run",
}

ERRORS: dict[str, tuple[str, str]] = {
    "invalid": (
        "The configuration has {count} mistake(s); nothing was started.",
        "Correct these places. `pingvas config explain SECTION` shows what may stand there.",
    ),
    "file_missing": (
        "The configuration file is not there.",
        "Check --config and PINGVAS_CONFIG, or write one with `pingvas init`.",
    ),
    "file_unreadable": ("The file cannot be read: {why}.", "Check the path and its permissions."),
    "file_not_utf8": ("The file is not UTF-8 text.", "Save it as UTF-8."),
    "file_exists": (
        "There is a file already, and it was left alone.",
        "Choose another path, or replace it with --force.",
    ),
    "file_unwritable": (
        "The file cannot be written: {why}.",
        "Check the folder and its permissions.",
    ),
    "file_too_large": (
        "The file is larger than {limit_kib} KiB.",
        "Check the path: a configuration is a few pages of text.",
    ),
    "yaml_tab": ("A tab stands where YAML wants spaces.", "Indent with spaces."),
    "yaml_broken": ("This is not YAML: {detail}.", "Check indentation, colons and quotes here."),
    "yaml_tag": ("The tag {tag} has no meaning here.", "Write a plain value without a tag."),
    "yaml_loop": ("An alias contains itself.", "Write the value out."),
    "too_deep": (
        "Values are nested more than {limit} levels deep.",
        "No key holds that much; take the inner levels out.",
    ),
    "not_sections": (
        "The file should hold sections, such as `local:`.",
        "See `pingvas config explain` for the sections.",
    ),
    "duplicate_key": (
        "`{key}` is written twice; the first is at {first}.",
        "Keep one of them.",
    ),
    "unknown_key": ("There is no key `{key}` here.", "Known here: {known}."),
    "unknown_key_meant": ("There is no key `{key}` here.", "Did you mean `{meant}`?"),
    "unknown_section_meant": ("There is no section `{section}`.", "Did you mean `{meant}`?"),
    "unknown_section": (
        "There is no section `{section}`.",
        "Known: {known}.",
    ),
    "unknown_variable": (
        "The environment variable {name} sets nothing.",
        "Unset it. Settings are named PINGVAS_SECTION__KEY.",
    ),
    "unknown_variable_meant": (
        "The environment variable {name} sets nothing.",
        "Did you mean {meant}?",
    ),
    "variable_broken": (
        "The value of this variable is not a list or mapping that can be read.",
        "Write [1, 2] or {{key: value}}.",
    ),
    "shared_in_overlay": (
        "`{key}` is shared by dev and prod and cannot stand in the file of one environment.",
        "Move it to pingvas.yaml. An environment may have its own: {allowed}.",
    ),
    "secret_in_file": (
        "A secret does not belong in this file.",
        "Remove it here, renew it, and set {variable} in the environment.",
    ),
    "missing": ("`{key}` is missing.", "Add it."),
    "wrong_kind": ("`{value}` should be {wanted}.", "Write {wanted}."),
    "needs_quotes": (
        "{value} is read as a number, but text is meant.",
        'Put it in quotes: "{value}".',
    ),
    "not_one_of": ("`{value}` is not possible here.", "Choose one of: {allowed}."),
    "too_small": ("{value} is too small.", "Write {limit} or more."),
    "too_small_strictly": ("{value} is too small.", "Write more than {limit}."),
    "too_large": ("{value} is too large.", "Write {limit} or less."),
    "too_large_strictly": ("{value} is too large.", "Write less than {limit}."),
    "not_a_multiple": ("{value} is not a multiple of {limit}.", "Write a multiple of {limit}."),
    "wrong_pattern": (
        "`{value}` is not written as it should be.",
        "Write it like `{example}`; it has to match {limit}",
    ),
    "text_too_long": ("The text is too long.", "At most {limit} characters."),
    "text_too_short": ("The text is too short.", "At least {limit} character(s)."),
    "too_many": ("The list is too long.", "At most {limit} entries."),
    "too_few": ("The list is too short.", "At least {limit} entries."),
    "too_precise": ("{value} has too many digits.", "Round it."),
    "invalid_value": (
        "`{value}` is not possible here.",
        "`pingvas config explain SECTION` shows an example.",
    ),
    "min_above_max": (
        "The lower bound {low} is above the upper bound {high}.",
        "Raise one or lower the other.",
    ),
    "desired_outside": (
        "{desired} nodes are asked for, outside {low} to {high}.",
        "Choose a number between them, or move the bounds.",
    ),
    "listed_twice": ("An entry is listed twice.", "Keep one of them."),
    "path_not_absolute": (
        "`{value}` depends on where pingvas is started.",
        "Write an absolute path, or one that starts with ~/.",
    ),
    "port_out_of_range": (
        "{name} would listen on port {port}.",
        "Ports have to lie between 1024 and 32767; change the port or its offset.",
    ),
    "port_taken_twice": (
        "{name} and {other} would both use port {port}.",
        "Give one of them another port.",
    ),
    "name_hyphens": (
        "The name {name} ends with a hyphen or has two in a row.",
        "Use single hyphens between letters and digits: AWS refuses others.",
    ),
    "regions_equal": (
        "Both regions are {region}.",
        "Choose a second region that is another one.",
    ),
    "tag_reserved": (
        "The tag {tag} is written by pingvas or AWS.",
        "Choose a name that does not start with pingvas: or aws:.",
    ),
    "host_taken_twice": (
        "{one} and {other} are both called {host}.",
        "Give one of them another name.",
    ),
    "environments_share": (
        "dev and prod have the same {key}: {value}.",
        "Give each its own, or they are not apart.",
    ),
    "github_ids_apart": (
        "`{key}` is not written, and GitHub signs with both numbers or with none.",
        "Write both, or remove the other.",
    ),
    "promotion_unsupported": (
        "gitops.promotion: {value} is not supported yet; releases reach prod by pull request.",
        "Write `promotion: pull_request`, or leave it out.",
    ),
    "dev_outranks_prod": (
        "dev has priority {dev}, prod only {prod}: dev would push prod aside.",
        "Give prod the higher one.",
    ),
    "cidr_outside_vpc": (
        "{cidr} lies outside the VPC {vpc}.",
        "Choose a part of {vpc}, or widen network.vpc_cidr.",
    ),
    "cidr_overlaps": ("{cidr} overlaps {other}.", "Choose addresses that are free."),
    "subnet_size": ("AWS takes no subnet of the size of {cidr}.", "Choose from /16 to /28."),
    "subnet_count": (
        "{kind} and private_subnets differ in number.",
        "List {zones}, one for each zone.",
    ),
    "zone_count": (
        "The zones do not match the subnets.",
        "List {zones} different zone ids, or none.",
    ),
    "zone_excluded": (
        "{zone} is excluded: EKS or the GPUs are not offered there.",
        "Choose another zone; `pingvas doctor` lists those that work.",
    ),
    "open_to_world": (
        "{cidr} would open the Kubernetes API to the whole internet.",
        "List the networks you work from.",
    ),
    "pools_above_cap": (
        "The GPU pools may grow to {limits} GPUs, but the fleet is capped at {cap}.",
        "Lower the gpu_limit of a pool, or raise fleet_gpu_cap.",
    ),
    "pools_share": (
        "Two GPU pools have the same {key}.",
        "Give each its own; Karpenter chooses between them by it.",
    ),
    "not_one_gpu": (
        "{type} does not have exactly one NVIDIA GPU beside an amd64 processor.",
        "Choose a type of g4dn, g5 or g6 with one GPU, such as g4dn.xlarge or g5.xlarge.",
    ),
    "database_reserved": (
        "`{name}` is a database of PostgreSQL's or AWS's own.",
        "Choose another name, such as pingvas.",
    ),
    "node_too_small": (
        "{type} is too small for what runs on the system nodes.",
        "Choose a type of size large or more, such as m7g.large.",
    ),
    "other_architecture": (
        "{type} has no {architecture} processor.",
        "Choose types of one processor, and set cluster.system_nodes.architecture to it.",
    ),
    "gpus_oversubscribed": (
        "The GPU quotas of dev and prod add up to {quotas}, but the fleet is capped at {cap}.",
        "Lower a quota, raise the cap, or set gpu_nodes.allow_oversubscription: true.",
    ),
    "workers_above_gpus": (
        "{name} may have {workers} workers but only {gpus} GPUs.",
        "Lower the number of workers, or raise namespaces.{name}.gpus.",
    ),
    "quota_too_small": (
        "All pods at their largest need {need} {unit}; {limit} {unit} are allowed.",
        "Lower replicas, workers or requests, or raise this limit.",
    ),
    "worker_above_node": (
        "A worker asks for {need} MiB; an .xlarge GPU node offers {limit} MiB.",
        "Lower worker.memory_mib, or set gpu_limit: 0 for the .xlarge pools.",
    ),
    "version_too_old": (
        "Version {version} does not work with Kubernetes {kubernetes}.",
        "Choose {floor} or newer.",
    ),
    "sentinel_even": (
        "{nodes} nodes cannot form a majority when one is cut off.",
        "Choose 3 or 5.",
    ),
    "sentinel_on_aws": (
        "ElastiCache has no Sentinel.",
        "Choose mode: replication_group on AWS.",
    ),
    "throughput_unclear": (
        "provisioned_mibps and throughput_mode: provisioned belong together.",
        "Write both or neither.",
    ),
    "ages_out_of_order": (
        "Objects would move at {days} days, which is not in order.",
        "Let each step (infrequent, archive, expire) come later than the one before.",
    ),
    "tier_below": (
        "{higher} weighs less than {lower}.",
        "Give {higher} at least the weight of {lower}.",
    ),
}
