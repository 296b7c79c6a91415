variable "name" {
  description = "Platform name: first part of every secret's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "name: 2 to 20 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "environments" {
  description = "Environments that each get the secrets of `per_environment`."
  type        = set(string)

  validation {
    condition     = !contains(var.environments, "shared")
    error_message = "environments: `shared` is the folder of the platform's own secrets."
  }
}

variable "per_environment" {
  description = "Secrets that each environment has of its own (inventory 57, correction N12)."
  type        = set(string)

  validation {
    condition     = alltrue([for secret in var.per_environment : can(regex("^[a-z][a-z0-9-]{0,62}$", secret))])
    error_message = "per_environment: lower-case letters, digits and hyphens, a letter first."
  }
}

variable "shared" {
  description = "Secrets of the platform itself (correction N12)."
  type        = set(string)

  validation {
    condition     = alltrue([for secret in var.shared : can(regex("^[a-z][a-z0-9-]{0,62}$", secret))])
    error_message = "shared: lower-case letters, digits and hyphens, a letter first."
  }
}

variable "recovery_days" {
  description = "Days in which a deleted secret can come back; its name stays taken as long."
  type        = number
  default     = 7

  validation {
    condition     = var.recovery_days >= 7 && var.recovery_days <= 30
    error_message = "recovery_days: 7 to 30."
  }
}

variable "key_arns" {
  description = "KMS key of each environment and of `shared`."
  type        = map(string)

  validation {
    condition     = length(setsubtract(setunion(var.environments, ["shared"]), keys(var.key_arns))) == 0
    error_message = "key_arns: one per environment, and shared."
  }
}

variable "replica" {
  description = "A second region that gets a copy of each secret under that region's keys (correction D10). null: none."
  type = object({
    region   = string
    key_arns = map(string)
  })
  default = null

  validation {
    condition     = var.replica == null ? true : length(setsubtract(setunion(var.environments, ["shared"]), keys(var.replica.key_arns))) == 0
    error_message = "replica.key_arns: one per environment, and shared."
  }
}
