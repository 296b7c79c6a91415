variable "name" {
  description = "Platform name: first part of every repository's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "name: 2 to 20 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "repositories" {
  description = "Programs that each get a repository (inventory 46)."
  type        = set(string)

  validation {
    condition     = alltrue([for repository in var.repositories : can(regex("^[a-z][a-z0-9-]{0,62}$", repository))])
    error_message = "repositories: lower-case letters, digits and hyphens, a letter first."
  }
}

variable "immutable_tags" {
  description = "A tag is written once, so that what was tested is what is deployed (corrections D12, G4)."
  type        = bool
  default     = true

  validation {
    condition     = var.immutable_tags
    error_message = "immutable_tags: true; a tag that moves deploys what nobody reviewed (correction D12)."
  }
}

variable "scan_on_push" {
  description = "Scan each pushed image for known vulnerabilities (correction D12)."
  type        = bool
  default     = true
}

variable "kept_images" {
  description = "Newest images kept in each repository; as many releases are kept beside them (correction D12)."
  type        = number
  default     = 50

  validation {
    condition     = var.kept_images >= 5 && var.kept_images <= 1000 && floor(var.kept_images) == var.kept_images
    error_message = "kept_images: 5 to 1000."
  }
}

variable "release_tag_patterns" {
  description = "Tags of releases, e.g. v*: builds never push these images out."
  type        = list(string)
  default     = ["v*"]

  validation {
    condition     = length(var.release_tag_patterns) > 0 && alltrue([for pattern in var.release_tag_patterns : pattern != "*"])
    error_message = "release_tag_patterns: at least one; `*` would keep builds as releases."
  }
}

variable "untagged_days" {
  description = "Days that an untagged image stays (correction D12)."
  type        = number
  default     = 7

  validation {
    condition     = var.untagged_days >= 1 && var.untagged_days <= 3650
    error_message = "untagged_days: 1 to 3650."
  }
}

variable "key_arn" {
  description = "KMS key of the images."
  type        = string
}

variable "deletion_protection" {
  description = "Refuse to delete a repository that holds images."
  type        = bool
  default     = true
}

variable "replica_region" {
  description = "Region that images are copied to (correction D10). null: none."
  type        = string
  default     = null
}
