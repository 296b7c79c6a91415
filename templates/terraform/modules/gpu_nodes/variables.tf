variable "cluster_name" {
  description = "EKS cluster that Karpenter scales; prefix of all names."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.cluster_name))
    error_message = "cluster_name: 2 to 31 lower-case letters, digits and hyphens, a letter first, so that role names stay within 64."
  }
}

variable "cluster_arn" {
  description = "ARN of that cluster."
  type        = string
}

variable "queue_retention_seconds" {
  description = "How long a notice waits for Karpenter; a spot notice is worth two minutes."
  type        = number
  default     = 300

  validation {
    condition     = var.queue_retention_seconds >= 60 && var.queue_retention_seconds <= 3600
    error_message = "queue_retention_seconds: 60 to 3600. Older notices are of no use."
  }
}

variable "controller_namespace" {
  description = "Namespace of Karpenter's controller. In kube-system its calls outrank those of the applications."
  type        = string
  default     = "kube-system"
}

variable "controller_service_account" {
  description = "Service account of Karpenter's controller."
  type        = string
  default     = "karpenter"
}

variable "create_spot_service_role" {
  description = "Make AWSServiceRoleForEC2Spot. True only in an account that has none; AWS refuses a second one (correction P4)."
  type        = bool
  default     = false
}
