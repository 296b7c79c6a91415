variable "name" {
  description = "Cluster name, prefix of all that belongs to it (inventory 4: pingvas-shared-eks)."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "name: 2 to 31 lower-case letters, digits and hyphens, a letter first, so that role names stay within 64."
  }
}

variable "vpc_id" {
  description = "VPC of the security groups."
  type        = string
}

variable "private_subnet_ids" {
  description = "Subnets of the control plane's interfaces and of the system nodes, each in another zone."
  type        = list(string)

  validation {
    condition     = length(var.private_subnet_ids) >= 2
    error_message = "private_subnet_ids: EKS needs subnets in at least two zones (correction P8)."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes version, in standard support (inventory 16, correction P1)."
  type        = string

  validation {
    condition     = contains(["1.35", "1.36"], var.kubernetes_version)
    error_message = "kubernetes_version: 1.35 or 1.36. Others are out of standard support, or not known to be on offer (correction P1)."
  }
}

variable "support_type" {
  description = "Upgrade policy. Extended support costs six times as much (correction P1)."
  type        = string
  default     = "STANDARD"

  validation {
    condition     = var.support_type == "STANDARD"
    error_message = "support_type: STANDARD only; extended support is never paid for (correction P1)."
  }
}

variable "api_allowed_cidrs" {
  description = "IPv4 networks that may reach the Kubernetes API from outside. Empty: from inside the VPC only (correction P13)."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.api_allowed_cidrs : can(cidrnetmask(cidr)) && !endswith(cidr, "/0")])
    error_message = "api_allowed_cidrs: IPv4 networks such as 203.0.113.0/24, never the whole world."
  }
}

variable "administrator_role_arns" {
  description = "IAM roles or users that get cluster administration. Empty: the role that runs Terraform (correction N13)."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.administrator_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$", arn))])
    error_message = "administrator_role_arns: ARNs of IAM roles or users, not of sessions and not the account's root."
  }
}

variable "control_plane_logs" {
  description = "Log types of the control plane that are kept (correction D11)."
  type        = set(string)

  validation {
    condition     = length(setsubtract(var.control_plane_logs, ["api", "audit", "authenticator", "controllerManager", "scheduler"])) == 0
    error_message = "control_plane_logs: of api, audit, authenticator, controllerManager, scheduler."
  }
}

variable "log_retention_days" {
  description = "Days that control plane logs are kept, one of CloudWatch's steps (correction D11)."
  type        = number

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096], var.log_retention_days)
    error_message = "log_retention_days: a number that CloudWatch takes: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096."
  }
}

variable "prefix_delegation" {
  description = "Give nodes /28 prefixes: 110 pods each instead of 29 on a node of two cores (corrections P6, N6)."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "Refuse to delete the cluster."
  type        = bool
  default     = true
}

variable "system_nodes" {
  description = "The managed node group of the platform itself (inventory 17, corrections P6, P8). `architecture` is arm64 or amd64."
  type = object({
    instance_types = list(string)
    architecture   = string
    capacity_type  = string
    minimum        = number
    desired        = number
    maximum        = number
    disk_gb        = number
  })

  validation {
    condition     = var.system_nodes.capacity_type == "on-demand"
    error_message = "system_nodes.capacity_type: on-demand. Spot could take all of them at once, and Karpenter along (correction P8)."
  }
  validation {
    condition     = contains(["arm64", "amd64"], var.system_nodes.architecture)
    error_message = "system_nodes.architecture: arm64 or amd64."
  }
  validation {
    condition = length(var.system_nodes.instance_types) > 0 && alltrue([
      for type in var.system_nodes.instance_types :
      can(regex("^(a1|[a-z]+[0-9]+g[a-z]*)\\.", type)) == (var.system_nodes.architecture == "arm64")
    ])
    error_message = "system_nodes.instance_types: at least one, and all of the named architecture (types such as m7g are arm64)."
  }
  validation {
    condition     = !anytrue([for type in var.system_nodes.instance_types : can(regex("\\.(nano|micro|small|medium)$", type))])
    error_message = "system_nodes.instance_types: large or more; the platform's add-ons don't fit on smaller ones (correction P6)."
  }
  validation {
    condition = (
      2 <= var.system_nodes.minimum && var.system_nodes.minimum <= var.system_nodes.desired &&
      var.system_nodes.desired <= var.system_nodes.maximum
    )
    error_message = "system_nodes: 2 <= minimum <= desired <= maximum, so that a zone may fail (correction P8)."
  }
  validation {
    condition     = var.system_nodes.disk_gb >= 20
    error_message = "system_nodes.disk_gb: 20 or more; the image alone takes 10."
  }
}

variable "key_arn" {
  description = "KMS key of Kubernetes secrets, control plane logs and root volumes; its policy must let CloudWatch Logs and EC2 use it."
  type        = string
}

variable "environments" {
  description = "Environments that get a security group of their own (correction N3)."
  type        = set(string)

  validation {
    condition     = length(var.environments) > 0
    error_message = "environments: at least one."
  }
}

variable "optional_addons" {
  description = "Further EKS add-ons. vpc-cni, kube-proxy, eks-pod-identity-agent, coredns and aws-ebs-csi-driver are always there."
  type        = set(string)
  default     = ["metrics-server"]

  validation {
    condition = length(setsubtract(var.optional_addons, [
      "aws-efs-csi-driver", "aws-mountpoint-s3-csi-driver", "metrics-server", "snapshot-controller", "eks-node-monitoring-agent",
    ])) == 0
    error_message = "optional_addons: of aws-efs-csi-driver, aws-mountpoint-s3-csi-driver, metrics-server, snapshot-controller, eks-node-monitoring-agent."
  }
}

variable "addon_versions" {
  description = "Pinned add-on versions by name, e.g. v1.21.1-eksbuild.1. Absent or null: what AWS recommends for the Kubernetes version."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for version in var.addon_versions : version == null || can(regex("^v[0-9]+\\.[0-9]+\\.[0-9]+-eksbuild\\.[0-9]+$", version))])
    error_message = "addon_versions: versions of EKS such as v1.21.1-eksbuild.1."
  }
  validation {
    condition = length(setsubtract(keys(var.addon_versions), setunion(var.optional_addons, [
      "vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns", "aws-ebs-csi-driver",
    ]))) == 0
    error_message = "addon_versions: names an add-on that is not installed."
  }
}

variable "file_system_arns" {
  description = "EFS file systems that the EFS driver may mount with an identity."
  type        = list(string)
  default     = []
}
