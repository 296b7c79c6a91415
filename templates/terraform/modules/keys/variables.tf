variable "name" {
  description = "Platform name: prefix of every alias."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "name: 2 to 20 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "environments" {
  description = "Environments that get a key of their own (correction N3); the platform itself gets the key `shared`."
  type        = set(string)

  validation {
    condition     = length(var.environments) > 0 && alltrue([for each in var.environments : can(regex("^[a-z][a-z0-9-]*$", each))])
    error_message = "environments: at least one; lower-case letters, digits and hyphens."
  }
  validation {
    condition     = !contains(var.environments, "shared")
    error_message = "environments: `shared` is the key of the platform itself."
  }
}

variable "rotation_days" {
  description = "Days after which KMS makes new key material; old data stays readable."
  type        = number
  default     = 365

  validation {
    condition     = var.rotation_days >= 90 && var.rotation_days <= 2560
    error_message = "rotation_days: 90 to 2560."
  }
}

variable "deletion_window_days" {
  description = "Days in which a deleted key can be brought back. After them all it encrypted is lost."
  type        = number
  default     = 30

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30
    error_message = "deletion_window_days: 7 to 30."
  }
}
