"""Words of the doctor, in English."""

TEXTS: dict[str, str] = {
    "option_fix": "Offer what can be mended safely: says it, asks once, does it.",
    "column_check": "check",
    "column_state": "state",
    "column_cites": "corrects",
    "column_where": "where",
    "column_what": "what",
    "column_remedy": "what to do",
    "passed": "Nothing that is known stands in the way; {warnings} warning(s), {unknown} unknown.",
    "nothing_to_fix": "There is nothing that --fix could do.",
    "ask_to_fix": "Do these {count} thing(s)?",
    "fix_quota": "Ask AWS to raise {name} ({code}) to {value} vCPUs.",
    "fix_suggestion": "Write into the file of suggestions: {key}: {value}",
    "quota_requested": "{name}: {value} vCPUs are requested ({request}). AWS may take days.",
    "suggestion_written": "{count} suggestion(s) are in {file}; pingvas.yaml is unchanged.",
    # what is well
    "tool_found": "{version}",
    "supported": "{product} is supported until {day} ({source})",
    "account_right": "account {account}, as {arn}",
    "all_allowed": "all {count} actions of {services} services are allowed (simulated)",
    "quota_enough": "{name}: {value} vCPUs, {need} at most are used",
    "spot_role_made": "Terraform makes the role {role}, which nobody else has made",
    "spot_role_left": "Terraform leaves the role {role} alone",
    "zones_fit": "{zones}: EKS and all {types} instance types are there",
    "version_offered": "{product} {version} is on offer",
    "in_support": "EKS {version} is on offer, in standard support until {day}",
    "vpc_alone": "{vpc} overlaps none of {count} other VPC(s)",
    "delegated": "{name} leads to all {count} name servers of its zone",
    "machine_ready": "platform, programs, folder, disk and ports are ready",
    "memory_free": "{free_mib} MiB are free",
}

ERRORS: dict[str, tuple[str, str]] = {
    "fails": (
        "{count} thing(s) stand in the way.",
        "Mend each, then run `pingvas doctor` again; `--fix` offers what it can do itself.",
    ),
    "not_looked_at": (
        "Not looked at, because the account is not known to be the right one.",
        "Mend what `identity` says first.",
    ),
    "tool_missing": (
        "{tool} is not on the path.",
        "Install it, and see that `{tool}` runs in this shell.",
    ),
    "terraform_too_old": (
        "Terraform {version} is older than {oldest}, which the modules need.",
        "Install the version that `addons.terraform` names.",
    ),
    "terraform_other": (
        "Terraform is {version}; {pinned} is pinned. An older one can't read a newer one's state.",
        "Install {pinned}, or pin {version} for everybody who works on this platform.",
    ),
    "kubectl_skew": (
        "kubectl {version} is more than one minor version from Kubernetes {kubernetes}.",
        "Install a kubectl of {kubernetes}.",
    ),
    "account_unwritten": (
        "The credentials are of account {account}; `platform.account_id` is not written.",
        "Write it if this is the account: pingvas refuses every other one.",
    ),
    "account_other": (
        "The credentials are of account {account}, and the platform belongs to {expected}.",
        "Choose other credentials, e.g. with AWS_PROFILE.",
    ),
    "account_root": (
        "These are the root user's credentials, which no policy can bind.",
        "Work as a role; keep the root user locked away.",
    ),
    "not_allowed": (
        "{count} of {all} actions of {service} are not allowed on every resource: {actions}",
        "Allow them to the user or role. A policy that names single resources may still do.",
    ),
    "forbidden": (
        "{count} of {all} actions of {service} are refused, some by an explicit deny: {actions}",
        "See the role's policies, its permissions boundary and the organization's policies.",
    ),
    "instance_type_unknown": (
        "The region does not know the instance type {type}.",
        "Choose another type or another region.",
    ),
    "quota_of_other_family": (
        "The quota of {type} is not among those of G and VT, and was not looked at.",
        "See the quota of its family in the Service Quotas console.",
    ),
    "quota_none": (
        "{name} ({code}) is {value} vCPUs; the smallest node takes {smallest}. None can start.",
        "Ask for {need} vCPUs: `pingvas doctor --fix`, or the Service Quotas console.",
    ),
    "quota_short": (
        "{name} ({code}) is {value} vCPUs; the nodes' limits add up to {need}.",
        "Ask for {need} vCPUs with `pingvas doctor --fix`, or lower the limits.",
    ),
    "quota_pending": (
        "{name} ({code}) is {value} vCPUs, {need} are needed; {pending} are asked for already.",
        "Wait for AWS; the request is in the Service Quotas console.",
    ),
    "spot_role_exists": (
        "The account has the role {role} already, and AWS refuses a second one.",
        "Write `gpu_nodes.create_spot_service_role: false`.",
    ),
    "spot_role_missing": (
        "The account has no role {role}, and without it no spot node can start.",
        "Write `gpu_nodes.create_spot_service_role: true`, or make it by hand: "
        "`aws iam create-service-linked-role --aws-service-name spot.amazonaws.com`.",
    ),
    "spot_role_dropped": (
        "This platform's Terraform has made the role {role}, and would delete it now.",
        "Write `gpu_nodes.create_spot_service_role: true`.",
    ),
    "zones_too_few": (
        "{zones} zone(s) are left for {subnets} subnets of each kind.",
        "List fewer subnets, or exclude fewer zones.",
    ),
    "zone_absent": (
        "This account has no zone {zone} in the region.",
        "Name zones that it has; `pingvas doctor --fix` suggests some.",
    ),
    "zone_refused": (
        "EKS puts no control plane into the zone {zone}.",
        "Name other zones; `pingvas doctor --fix` suggests some.",
    ),
    "zone_impaired": (
        "The zone {zone} is not available now.",
        "See the AWS Health Dashboard and wait; other zones would mean other subnets.",
    ),
    "type_nowhere": (
        "{type} is offered in none of the zones {zones}.",
        "Name other zones; `pingvas doctor --fix` suggests some. Or choose another type.",
    ),
    "type_partly": (
        "{type} is not offered in {zones}, so fewer zones have to give it.",
        "Name other zones if there are better ones; `pingvas doctor --fix` suggests them.",
    ),
    "version_not_offered": (
        "{product} {version} is not on offer in this region.",
        "On offer are: {offered}",
    ),
    "not_in_support": (
        "EKS {version} has left standard support, so AWS upgrades the cluster by itself.",
        "In standard support are: {offered}",
    ),
    "vpc_overlaps": (
        "{vpc} overlaps {cidr} of {other}: the two can never be joined.",
        "Choose other addresses now if they may have to meet; later it means a new VPC.",
    ),
    "zone_exists": (
        "Route 53 has a zone of {domain} already, {zone}, and Terraform would make another.",
        "Write `edge.hosted_zone_id: {zone}` to use it.",
    ),
    "delegation_later": (
        "{domain} has no zone yet. `bootstrap` makes it, and stops until its name servers answer.",
        "Have the parent domain at hand: they must be written there.",
    ),
    "delegation_moves": (
        "{domain} leads to {found} now; `bootstrap` makes a zone of its own, and waits for it.",
        "Be ready to write that zone's servers at the parent domain, or use another domain.",
    ),
    "hosted_zone_absent": (
        "This account has no hosted zone {zone}.",
        "Correct `edge.hosted_zone_id`, or leave it out to have one made.",
    ),
    "hosted_zone_of_other": (
        "The hosted zone {zone} is of {name}, and {domain} does not lie in it.",
        "Correct `edge.hosted_zone_id` or `platform.domain`.",
    ),
    "undelegated": (
        "Nobody answers for {name} in the public DNS, so no certificate can be issued.",
        "Write these name servers at the parent domain: {servers}",
    ),
    "delegated_elsewhere": (
        "{name} leads to {found}, which are not its zone's name servers.",
        "Write these name servers at the parent domain, and no others: {servers}",
    ),
    "memory_low": (
        "Only {free_mib} MiB are free; the platform wants {wanted_mib} MiB.",
        "End other programs or give the machine more, or parts may be killed.",
    ),
    "suggestion_not_ours": (
        "The file of suggestions exists, and pingvas did not write it.",
        "Nothing was written. Move it away, then run the command again.",
    ),
    "suggestion_unwritable": (
        "The file of suggestions can't be written: {reason}.",
        "Mend its folder's permissions, then run the command again.",
    ),
}
