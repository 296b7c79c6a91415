variable "bucket_name" {
  description = "Name of the bucket that the bootstrap made."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "A bucket's name is 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "key_arn" {
  description = "KMS key made elsewhere; null: S3's own. Not one of the platform whose state lies here: without it the state can't be read."
  type        = string
  default     = null
}

variable "old_versions_days" {
  description = "Days that an overwritten state is kept. The newest versions stay regardless."
  type        = number
  default     = 90

  validation {
    condition     = var.old_versions_days >= 1
    error_message = "Old states are kept for at least a day."
  }
}

variable "kept_versions" {
  description = "Overwritten states that stay however old they are."
  type        = number
  default     = 20

  validation {
    condition     = var.kept_versions >= 1 && var.kept_versions <= 100
    error_message = "S3 keeps 1 to 100 versions by number."
  }
}

variable "deletion_protection" {
  description = "Refuse to delete the bucket while it holds states."
  type        = bool
  default     = true
}
