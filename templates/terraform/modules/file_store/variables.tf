variable "name" {
  description = "Name of the platform, the beginning of all names."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,19}$", var.name))
    error_message = "The name is at most 20 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "vpc_id" {
  description = "VPC of the security group."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, one in each zone where workers run: each gets a mount target, so nobody reads across zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1
    error_message = "A file system without a mount target can't be mounted."
  }
}

variable "allowed_security_group_ids" {
  description = "Security groups that may mount, by a name that stays the same, such as the environment."
  type        = map(string)
}

variable "key_arn" {
  description = "KMS key, in this region."
  type        = string
}

variable "environments" {
  description = "Environments; each has a folder and an access point of its own."
  type        = set(string)
  default     = ["dev", "prod"]

  validation {
    condition     = length(setsubtract(var.environments, ["dev", "prod"])) == 0
    error_message = "The environments are dev and prod."
  }
}

variable "throughput_mode" {
  description = "elastic bills each GB that is read or written; bursting grows with what is stored (100 GB: 5 MiB/s); provisioned is fixed."
  type        = string
  default     = "elastic"

  validation {
    condition     = contains(["elastic", "bursting", "provisioned"], var.throughput_mode)
    error_message = "elastic, bursting or provisioned."
  }
}

variable "provisioned_mibps" {
  description = "Throughput in MiB/s, with provisioned only."
  type        = number
  default     = null

  validation {
    condition     = (var.provisioned_mibps != null) == (var.throughput_mode == "provisioned")
    error_message = "provisioned_mibps and throughput_mode = provisioned come together."
  }

  validation {
    condition     = coalesce(var.provisioned_mibps, 1) >= 1 && coalesce(var.provisioned_mibps, 1) <= 3414
    error_message = "EFS provisions 1 to 3414 MiB/s."
  }
}

variable "infrequent_after_days" {
  description = "Days without access until a file moves to Infrequent Access. The next access brings it back."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 7, 14, 30, 60, 90, 180, 270, 365], var.infrequent_after_days)
    error_message = "EFS moves files after 1, 7, 14, 30, 60, 90, 180, 270 or 365 days."
  }
}

variable "owner_id" {
  description = "User and group id of all files: that of the worker's container."
  type        = number
  default     = 10001

  validation {
    condition     = var.owner_id > 0
    error_message = "The owner is not root."
  }
}
