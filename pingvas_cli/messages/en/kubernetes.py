"""Words of conversations with a Kubernetes cluster, in English."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {
    "extra_missing": (
        "The Python package kubernetes is not installed, so no cluster can be asked.",
        "Install the extra: pip install 'pingvas[cluster]'.",
    ),
    "no_kubeconfig": (
        "The kubeconfig can't be used: {detail}",
        "Name another with --kubeconfig FILE, or its context with --context NAME.",
    ),
    "no_kubectl": (
        "kubectl is not on the path; it puts the manifests together.",
        "Install a kubectl of the cluster's version.",
    ),
    "not_built": (
        "kubectl can't put the manifests together: {detail}",
        "Mend what it names; files that pingvas rendered come back with the next bootstrap.",
    ),
    "unreachable": (
        "The cluster gave no answer: {detail}",
        "See the server in the kubeconfig, the network and the proxy, then run the command again.",
    ),
    "unauthorized": (
        "The cluster does not know who asks: {detail}",
        "Sign in anew, or name another context with --context NAME.",
    ),
    "forbidden": (
        "The cluster refuses it: {detail}",
        "Have it allowed to your user, or mend what the message names.",
    ),
    "conflict": (
        "Fields belong to somebody else: {detail}",
        "Let the manager that is named give the fields up, or have the object deleted; pingvas "
        "takes no field from another.",
    ),
    "exists": (
        "There is one already: {detail}",
        "Run the command again.",
    ),
    "invalid": (
        "The cluster does not take the object: {detail}",
        "Mend the value that is named. A field that can't change wants its object deleted first.",
    ),
    "missing": (
        "The cluster does not find it: {detail}",
        "See that nobody deletes what belongs to the platform, then run the command again.",
    ),
    "unknown_kind": (
        "The cluster knows no such kind in {version}.",
        "Install what brings the kind, such as KEDA, then run the command again.",
    ),
    "busy": (
        "The cluster is not able to answer now: {detail}",
        "Run the command again in a minute.",
    ),
    "refused": (
        "The cluster refused: {detail}",
        "Mend what it names, then run the command again.",
    ),
    "garbled": (
        "What answered is not Kubernetes: {detail}",
        "See the server in the kubeconfig and the proxy of this machine.",
    ),
}
