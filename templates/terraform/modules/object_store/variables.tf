variable "name" {
  description = "Name of the platform, the beginning of all names."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,19}$", var.name))
    error_message = "The name is at most 20 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "suffix" {
  description = "End of each bucket's name, as names are global. `account` stands for the account id, alone or before a hyphen: account-us-west-2."
  type        = string
  default     = "account"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,29}[a-z0-9])?$", var.suffix))
    error_message = "The suffix is at most 31 lower-case letters, digits and hyphens, and neither begins nor ends with a hyphen."
  }

  validation {
    condition     = length(var.name) + length("-prod-images-") + length(replace(var.suffix, "/^account/", "123456789012")) <= 63
    error_message = "A bucket's name has at most 63 characters: shorten the name or the suffix."
  }
}

variable "buckets" {
  description = "The buckets and how their objects age, in days: dev_images, prod_images, checkpoints, logs."
  type = map(object({
    storage_class         = optional(string, "STANDARD")
    infrequent_after_days = optional(number)
    archive_after_days    = optional(number)
    archive_class         = optional(string, "GLACIER_IR")
    expire_after_days     = optional(number)
    versioning            = optional(bool, true)
    old_versions_days     = optional(number, 30)
  }))

  validation {
    condition     = length(setsubtract(keys(var.buckets), ["dev_images", "prod_images", "checkpoints", "logs"])) == 0
    error_message = "The buckets are dev_images, prod_images, checkpoints and logs."
  }

  validation {
    condition     = alltrue([for bucket in var.buckets : contains(["STANDARD", "INTELLIGENT_TIERING"], bucket.storage_class)])
    error_message = "A new object is STANDARD or INTELLIGENT_TIERING."
  }

  validation {
    condition     = alltrue([for bucket in var.buckets : bucket.archive_class == "GLACIER_IR"])
    error_message = "Only GLACIER_IR can be read at once; a picture in GLACIER can't be served."
  }

  validation {
    condition     = alltrue([for bucket in var.buckets : coalesce(bucket.infrequent_after_days, 30) >= 30])
    error_message = "S3 moves nothing to STANDARD_IA before 30 days."
  }

  validation {
    condition = alltrue([
      for bucket in var.buckets : alltrue([
        for ages in [[for days in [bucket.infrequent_after_days, bucket.archive_after_days, bucket.expire_after_days] : days if days != null]] :
        alltrue([for place in range(max(0, length(ages) - 1)) : ages[place + 1] > ages[place]])
      ])
    ])
    error_message = "An object first becomes infrequent, then archived, then expires."
  }
}

variable "key_arns" {
  description = "KMS keys in this region: dev, prod, shared. The logs' bucket has S3's own, as load balancers write to no other."
  type        = map(string)
}

variable "image_distribution_arns" {
  description = "CloudFront distributions that serve images, by environment. Who is not here is not served."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.image_distribution_arns), ["dev", "prod"])) == 0
    error_message = "The environments are dev and prod."
  }
}

variable "cors_origins" {
  description = "Origins, as https://HOST, whose pages may read images with scripts, by environment."
  type        = map(list(string))
  default     = {}

  validation {
    condition     = alltrue([for origin in flatten(values(var.cors_origins)) : can(regex("^https://[^*]+$", origin))])
    error_message = "An origin is written https://HOST and names one host."
  }
}

variable "load_balancer_log_prefixes" {
  description = "Prefixes under which load balancers write to the logs' bucket."
  type        = set(string)
  default     = ["alb"]
}

variable "replication" {
  description = "Copies buckets to another region: by the bucket's key the destination's ARN and its KMS key there. time_control promises 99.99 % within 15 minutes, at a price per GB. Null: none."
  type = object({
    region       = string
    destinations = map(object({ bucket_arn = string, key_arn = string }))
    time_control = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.replication == null || alltrue([for bucket in keys(try(var.replication.destinations, {})) : try(var.buckets[bucket].versioning, false) && bucket != "logs"])
    error_message = "Only versioned buckets are replicated, and logs are not."
  }
}

variable "deletion_protection" {
  description = "Refuse to delete a bucket that holds objects."
  type        = bool
  default     = true
}
