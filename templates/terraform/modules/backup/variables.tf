variable "name" {
  description = "Name of the platform, the beginning of all names."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,19}$", var.name))
    error_message = "The name is at most 20 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "key_arn" {
  description = "KMS key of the vault, in this region."
  type        = string
}

variable "plans" {
  description = "What is copied, when (UTC) and for how many days: file_store, images, monitoring, database. Empty: a vault that takes copies of another region."
  type = map(object({
    enabled        = optional(bool, true)
    schedule       = string
    retention_days = number
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.plans), ["file_store", "images", "monitoring", "database"])) == 0
    error_message = "The plans are file_store, images, monitoring and database."
  }

  validation {
    condition     = alltrue([for plan in var.plans : can(regex("^cron\\([^()]+\\)$", plan.schedule))])
    error_message = "A schedule is written cron(...)."
  }

  validation {
    condition     = alltrue([for plan in var.plans : plan.retention_days >= 1 && plan.retention_days <= 36500])
    error_message = "Copies are kept for at least a day."
  }

  validation {
    condition = alltrue([
      for name, sources in {
        file_store = var.file_system_arn == null ? 0 : 1
        images     = length(var.image_bucket_arns)
        database   = length(var.database_cluster_arns)
        monitoring = length(var.monitoring_volume_tags)
      } : sources > 0 || !try(var.plans[name].enabled, false)
    ])
    error_message = "An enabled plan has something to copy: file_system_arn, image_bucket_arns, database_cluster_arns or monitoring_volume_tags."
  }
}

variable "file_system_arn" {
  description = "The EFS file system, for the plan file_store."
  type        = string
  default     = null
}

variable "image_bucket_arns" {
  description = "Versioned buckets of images that tell EventBridge of changes, for the plan images."
  type        = list(string)
  default     = []
}

variable "database_cluster_arns" {
  description = "Aurora clusters, for the plan database: only for copies in another region, as Aurora's own backups reach any second."
  type        = list(string)
  default     = []
}

variable "monitoring_volume_tags" {
  description = "Tags that an EBS volume must have, all of them, for the plan monitoring. The EBS driver sets this one by the claim's namespace."
  type        = map(string)
  default     = { "kubernetes.io/created-for/pvc/namespace" = "monitoring" }
}

variable "restore_testing" {
  description = "Restores of the newest copies on trial: when (UTC), and for how many hours what was restored stays to be checked."
  type = object({
    enabled          = optional(bool, true)
    schedule         = optional(string, "cron(0 20 1 * ? *)")
    validation_hours = optional(number, 4)
  })
  default = {}

  validation {
    condition     = can(regex("^cron\\([^()]+\\)$", var.restore_testing.schedule))
    error_message = "A schedule is written cron(...)."
  }

  validation {
    condition     = var.restore_testing.validation_hours >= 1 && var.restore_testing.validation_hours <= 168
    error_message = "What was restored stays for 1 to 168 hours."
  }
}

variable "locked_vault" {
  description = "Refuse to delete a copy before its retention ends. Those who may configure AWS Backup can lift the lock."
  type        = bool
  default     = false
}

variable "copy_to" {
  description = "The vault of another region that gets a second copy, and of which plans; null: none."
  type = object({
    vault_arn = string
    plans     = optional(set(string), ["file_store", "images", "monitoring", "database"])
  })
  default = null
}

variable "deletion_protection" {
  description = "Refuse to delete a vault that holds copies."
  type        = bool
  default     = true
}
