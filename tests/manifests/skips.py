"""What checkov is told to pass over in manifests, and why; a page of the reference shows it."""

from __future__ import annotations

from typing import Final

EVERYWHERE: Final = {
    "CKV_K8S_11": "a CPU that is free may be used; requests share what is not, and memory is bound",
    "CKV_K8S_35": "programs read settings from their environment, and files are for keys",
}
OF_PODS: Final = {
    ("CKV_K8S_38", "worker"): "a busy worker marks its pod, by its account's token",
    ("CKV_K8S_15", "pooler"): "the version is pinned, and a registry that is away stops no pooler",
    ("CKV_K8S_43", "pooler"): "the version is pinned; it is the one image of theirs in a namespace",
    **{
        (check, "nvidia-device-plugin"): why
        for why, checks in (
            ("it has no address to ask; kubelet sees its socket", ("CKV_K8S_8", "CKV_K8S_9")),
            ("kubelet's folder of sockets is root's", ("CKV_K8S_23", "CKV_K8S_40")),
            (
                "the version is pinned, and a registry that is away stops no node",
                ("CKV_K8S_15", "CKV_K8S_43"),
            ),
        )
        for check in checks
    },
    **{
        (check, "dcgm-exporter"): why
        for why, checks in (
            ("kubelet's folder of sockets is root's", ("CKV_K8S_23", "CKV_K8S_40")),
            (
                "the version is pinned, and a registry that is away stops no node",
                ("CKV_K8S_15", "CKV_K8S_43"),
            ),
        )
        for check in checks
    },
}
