"""The `addons` section: the pinned versions of what runs inside the cluster and of the tools."""

from pydantic import Field

from pingvas_cli.config.section import Section
from pingvas_cli.config.values import Version


class AddonsSection(Section):
    """Versions, in quotes; `doctor` says when one is out of support."""

    karpenter: Version = Field(
        "1.14.1", description="Node provisioning (inventory 28, correction P2)."
    )
    load_balancer_controller: Version = Field(
        "3.5.0", description="Binds pods to target groups (correction N4)."
    )
    keda: Version = Field("2.20.2", description="Scales workers by the queue (correction P5).")
    external_secrets: Version = Field("2.9.0", description="Brings secrets in (correction N12).")
    argocd: Version = Field("3.5.1", description="GitOps controller (inventory 24).")
    kube_prometheus_stack: Version = Field(
        "88.5.3", description="Prometheus, Alertmanager and Grafana (inventory 25, 58)."
    )
    redis_exporter: Version = Field("1.89.0", description="Metrics of the cache (correction M3).")
    dcgm_exporter: Version = Field("4.5.3", description="Metrics of the GPUs (inventory 58).")
    cloudwatch_exporter: Version = Field(
        "0.67.0", description="YACE, metrics of AWS (inventory 58, correction M9)."
    )
    fluent_bit: Version = Field("5.1.1", description="Collects logs (inventory 59).")
    efs_csi: Version = Field("3.4.1", description="Mounts EFS (inventory 38).")
    s3_csi: Version = Field("2.7.0", description="Mounts the checkpoints' bucket (correction D9).")
    terraform: Version = Field("1.15.9", description="Terraform (inventory 93).")
    terraform_aws_provider: Version = Field(
        "6.69.1", description="Its provider of AWS, exactly (inventory 93)."
    )
