variable "name" {
  description = "Platform name: prefix of every role."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "name: 2 to 20 lower-case letters, digits and hyphens, a letter first, so that role names stay within 64."
  }
}

variable "cluster_name" {
  description = "EKS cluster of the service accounts."
  type        = string
}

variable "cluster_arn" {
  description = "ARN of that cluster; roles trust its pods only."
  type        = string
}

variable "oidc_issuer_url" {
  description = "Issuer of that cluster's service account tokens."
  type        = string
}

variable "environments" {
  description = <<-EOT
    What belongs to each environment: its namespace, images bucket, KMS key and secrets, and whether it may write to the
    shared bucket of checkpoints (correction N3: prod alone, or dev could replace what prod serves).
  EOT
  type = map(object({
    namespace             = string
    images_bucket_arn     = string
    key_arn               = string
    secret_arns           = list(string)
    publishes_checkpoints = bool
  }))

  validation {
    condition     = length(var.environments) > 0 && alltrue([for name in keys(var.environments) : can(regex("^[a-z][a-z0-9-]{0,9}$", name))])
    error_message = "environments: at least one, of at most 10 lower-case letters, digits and hyphens."
  }
  validation {
    condition     = length(distinct([for each in var.environments : each.namespace])) == length(var.environments)
    error_message = "environments: two share a namespace, and so would share their roles (correction N3)."
  }
  validation {
    condition     = alltrue([for each in var.environments : length(each.secret_arns) > 0])
    error_message = "environments: secret_arns must name the environment's secrets; a policy without resources is refused."
  }
}

variable "platform_secret_arns" {
  description = "Namespaces of the platform itself => shared secrets that External Secrets may read there, e.g. monitoring."
  type        = map(list(string))
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.platform_secret_arns), concat(keys(var.environments), [for each in var.environments : each.namespace]))) == 0
    error_message = "platform_secret_arns: names an environment; its secrets are its own."
  }
  validation {
    condition     = alltrue([for namespace, arns in var.platform_secret_arns : length(arns) > 0 && length(namespace) <= 20])
    error_message = "platform_secret_arns: namespaces of at most 20 characters, as role names end at 64, and each with a secret."
  }
}

variable "secrets_service_account" {
  description = "Service account in each of these namespaces that a SecretStore names in auth.jwt.serviceAccountRef."
  type        = string
  default     = "external-secrets"
}

variable "checkpoints_bucket_arn" {
  description = "Bucket of checkpoints, shared by the environments."
  type        = string
}

variable "checkpoints_prefix" {
  description = "Prefix of checkpoints in it, with its closing slash."
  type        = string
  default     = "checkpoints/"

  validation {
    condition     = can(regex("^([A-Za-z0-9_.-]+/)+$", var.checkpoints_prefix))
    error_message = "checkpoints_prefix: folders with a closing slash, e.g. checkpoints/."
  }
}

variable "shared_key_arn" {
  description = "KMS key of checkpoints and of the platform's secrets."
  type        = string
}

variable "logs_bucket_arn" {
  description = "Bucket that Fluent Bit keeps logs in (inventory 59)."
  type        = string
}

variable "logs_prefix" {
  description = "Prefix of these logs, with its closing slash."
  type        = string
  default     = "fluent-bit/"

  validation {
    condition     = can(regex("^([A-Za-z0-9_.-]+/)+$", var.logs_prefix))
    error_message = "logs_prefix: folders with a closing slash, e.g. fluent-bit/."
  }
}

variable "logs_bucket_is_encrypted_with_shared_key" {
  description = "Whether that bucket uses the shared key. Load balancers write to buckets with S3's own key only."
  type        = bool
  default     = false
}

variable "log_group_arns" {
  description = "Log groups that Fluent Bit writes to."
  type        = list(string)

  validation {
    condition     = length(var.log_group_arns) > 0
    error_message = "log_group_arns: at least one."
  }
}

variable "target_group_arns" {
  description = "Target groups that the load balancer controller binds pods to."
  type        = list(string)

  validation {
    condition     = length(var.target_group_arns) > 0
    error_message = "target_group_arns: at least one."
  }
}

variable "repository_arns" {
  description = "ECR repositories that GitHub Actions pushes to."
  type        = list(string)

  validation {
    condition     = length(var.repository_arns) > 0
    error_message = "repository_arns: at least one."
  }
}

variable "service_accounts" {
  description = "Where the platform's controllers run."
  type        = map(object({ namespace = string, name = string }))
  default = {
    "load-balancer-controller" = { namespace = "kube-system", name = "aws-load-balancer-controller" }
    "fluent-bit"               = { namespace = "monitoring", name = "fluent-bit" }
    "cloudwatch-exporter"      = { namespace = "monitoring", name = "cloudwatch-exporter" }
  }

  validation {
    condition     = toset(keys(var.service_accounts)) == toset(["load-balancer-controller", "fluent-bit", "cloudwatch-exporter"])
    error_message = "service_accounts: load-balancer-controller, fluent-bit and cloudwatch-exporter."
  }
}

variable "github" {
  description = <<-EOT
    The repository whose GitHub environments may take a role, e.g. dev => development. `may_upload`: push new images;
    without it only read them and tag what is there. The two ids: where GitHub signs with them. `provider_arn`: the
    account's provider of token.actions.githubusercontent.com if it has one. Null: no roles.
  EOT
  type = object({
    repository    = string
    owner_id      = optional(string)
    repository_id = optional(string)
    provider_arn  = optional(string)
    environments  = map(object({ environment = string, may_upload = bool }))
  })
  default = null

  validation {
    condition     = var.github == null || can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9_.-]+$", var.github.repository))
    error_message = "github.repository: owner/name, without wildcards."
  }
  validation {
    condition     = var.github == null || (try(var.github.owner_id, null) == null) == (try(var.github.repository_id, null) == null)
    error_message = "github: owner_id and repository_id come together."
  }
  validation {
    condition = var.github == null || alltrue([
      for id in [try(var.github.owner_id, null), try(var.github.repository_id, null)] : id == null || can(regex("^[0-9]+$", id))
    ])
    error_message = "github: ids are numbers."
  }
  validation {
    condition = var.github == null || alltrue([
      for each in try(values(var.github.environments), []) : can(regex("^[A-Za-z0-9_.-]+$", each.environment))
    ])
    error_message = "github.environments: names of GitHub environments, without wildcards (correction G4)."
  }
}
