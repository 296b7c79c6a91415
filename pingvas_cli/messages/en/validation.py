"""Words of validation, in English."""

TEXTS: dict[str, str] = {
    "column_check": "check",
    "column_state": "state",
    "column_where": "where",
    "column_what": "what",
    "only_local": "The configuration is valid. The checks of AWS are made with "
    "`platform.target: aws`.",
    "passed": "Nothing is wrong.",
    "hop_verified": "{oldest} or newer, the other side verified; from {by}",
    "hop_unverified": "{oldest} or newer, the other side not verified; from {by}",
    "hop_plain": "not encrypted; kept apart by {by}",
    "from_customer_to_images": "customer to images",
    "from_cdn_to_bucket": "CloudFront to bucket",
    "from_customer_to_balancer": "customer to load balancer",
    "from_balancer_to_pod": "load balancer to pod",
    "from_pod_to_pooler": "pod to pooler",
    "from_pooler_to_database": "pooler to database",
    "from_pod_to_cache": "pod to cache",
    "from_pod_to_aws": "pod to AWS",
    "by_endpoints": "the endpoints of AWS",
    "by_vpc": "the VPC's own isolation",
    "by_cache": "ElastiCache's oldest version",
    "kind_bucket": "bucket",
    "kind_host": "host",
    "eks_calendar": "EKS Kubernetes release calendar, read {read}",
    "rds_calendar": "RDS for PostgreSQL release calendar, by endoflife.date, read {read}",
    "not_rendered": "nothing is rendered in this folder",
    "no_terraform": "terraform is not at hand, so the files were not judged by it",
    "terraform_hindered": "terraform could not fetch its providers: {why}",
    "terraform_ran": "fmt and validate of Terraform {version}",
}

ERRORS: dict[str, tuple[str, str]] = {
    "fails": (
        "{count} value(s) can't work on AWS.",
        "Correct these places in pingvas.yaml.",
    ),
    "support_ended": (
        "Standard support of {product} ended on {day} ({source}).",
        "Choose a newer version; `pingvas config explain` lists what may stand there.",
    ),
    "support_ends_soon": (
        "Standard support of {product} ends on {day}, in {days} day(s) ({source}).",
        "Plan the move to a newer version.",
    ),
    "untested_together": (
        "{product} is tested with Kubernetes {oldest} to {newest}, not with {kubernetes}.",
        "Choose a version of either that the other is tested with.",
    ),
    "name_too_long": (
        "The {kind} `{name}` is longer than {limit} characters.",
        "Shorten the value that it is made of.",
    ),
    "namespace_reserved": (
        "The namespace `{namespace}` is the platform's own.",
        "Choose another name.",
    ),
    "secret_missing": (
        "The secret `{name}` is not listed, and the platform's programs sign in with it.",
        "Add it to `secrets.per_environment`.",
    ),
    "vpc_size": (
        "{cidr} is no size that a VPC may have.",
        "Choose a network from /16 to /28.",
    ),
    "vpc_not_private": (
        "{cidr} are not private addresses.",
        "Choose a network in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10.",
    ),
    "second_vpc_not_private": (
        "The second region's VPC follows the first as {cidr}, which are not private addresses.",
        "Choose a VPC with private addresses behind it, such as 10.0.0.0/16.",
    ),
    "no_second_region": (
        "Snapshots are to be copied to a second region, and there is none.",
        "Set `platform.second_region.enabled: true`, or leave the copies out.",
    ),
    "addresses_too_few": (
        "The private subnets hold {blocks} blocks of 16 addresses; {nodes} nodes may run.",
        "Widen the private subnets, or lower the limits of the node pools.",
    ),
    "zone_of_other_region": (
        "{zone} is not a zone of {region}, whose zones begin with {start}.",
        "Name zones of this region, or leave the list empty.",
    ),
    "zones_excluded": (
        "At most {left} zone(s) of {region} are left, and {needed} are needed.",
        "Exclude fewer zones, or list fewer subnets of each kind.",
    ),
    "window_too_short": (
        "The window {window} is shorter than {minutes} minutes.",
        "Make it at least {minutes} minutes long.",
    ),
    "windows_overlap": (
        "The window {window} overlaps {other}; AWS refuses that.",
        "Move one of them, so that it ends before the other begins.",
    ),
    "schedule_unreadable": (
        "AWS can't read the schedule `{schedule}`.",
        "Write minute, hour, day of the month, month, day of the week and year, with `?` for one "
        "of the two days, such as cron(0 18 * * ? *).",
    ),
    "path_closed": (
        "The firewall closes {closed}, and services serve {prefix}.",
        "Take it out of `edge.firewall.admin_paths`, or narrow it.",
    ),
    "overlay_shared": (
        "The overlay of {environment} changes `{section}`, which both environments share on AWS.",
        "Write it into pingvas.yaml itself.",
    ),
    "tls_older": (
        "The hop {hop} also takes {oldest}; the platform promises TLS 1.3 (inventory 51).",
        "Choose TLS 1.3 there unless a client needs the older one.",
    ),
    "terraform_refuses": (
        "Terraform finds {count} fault(s) in the rendered files.",
        "The files come from pingvas itself: report this, with your pingvas.yaml.",
    ),
    "terraform_finding": ("{summary}: {detail}", "See the file at this line."),
    "misformatted": (
        "The file is not formatted as `terraform fmt` does.",
        "The file comes from pingvas itself: report this.",
    ),
}
