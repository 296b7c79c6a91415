variable "name" {
  description = "Platform name: prefix of every resource."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "name: 2 to 20 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "environment" {
  description = "Environment whose images are served; each has a distribution of its own (correction N11)."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{0,19}$", var.environment))
    error_message = "environment: lower-case letters and digits, e.g. dev."
  }
}

variable "host" {
  description = "Full name of the images' host, e.g. images.pingvas.example.com (correction N14)."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.){2,}[a-z]{2,}$", var.host))
    error_message = "host: a full name, e.g. images.pingvas.example.com."
  }
}

variable "zone_id" {
  description = "Route 53 zone that the host lies in."
  type        = string
}

variable "bucket" {
  description = "Bucket of the environment's images. Its policy lets this distribution read."
  type = object({
    id                   = string
    regional_domain_name = string
  })
}

variable "public_keys" {
  description = "Name => public key in PEM of those that sign addresses. Empty: every viewer is refused (correction N11)."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in values(var.public_keys) : startswith(trimspace(key), "-----BEGIN PUBLIC KEY-----")])
    error_message = "public_keys: PEM that begins with `-----BEGIN PUBLIC KEY-----`. A private key does not belong here."
  }
  validation {
    condition     = alltrue([for name in keys(var.public_keys) : can(regex("^[a-z0-9][a-z0-9-]{0,31}$", name))])
    error_message = "public_keys: names are lower-case letters, digits and hyphens."
  }
  validation {
    condition     = length(var.public_keys) <= 5
    error_message = "public_keys: a key group holds five."
  }
}

variable "minimum_tls" {
  description = "Security policy towards viewers (correction N7)."
  type        = string
  default     = "TLSv1.3_2025"

  validation {
    condition     = contains(["TLSv1.2_2025", "TLSv1.3_2025"], var.minimum_tls)
    error_message = "minimum_tls: TLSv1.2_2025 or TLSv1.3_2025 (correction N7)."
  }
}

variable "price_class" {
  description = "Where edge locations are used; Korea is in 200."
  type        = string
  default     = "PriceClass_200"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class: PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "blocked_countries" {
  description = "Country codes that are turned away (inventory 53)."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for country in var.blocked_countries : can(regex("^[A-Z]{2}$", country))])
    error_message = "blocked_countries: codes of two capital letters."
  }
}

variable "cors_origins" {
  description = "Web origins whose pages may read pixels of the images, e.g. https://app.example.com. Showing needs none."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.cors_origins : can(regex("^https?://[^/*]+$", origin))])
    error_message = "cors_origins: like https://app.example.com, without path or wildcard."
  }
}

variable "web_acl" {
  description = "Attach a firewall of scope CLOUDFRONT (correction N10)."
  type        = bool
  default     = true
}

variable "firewall" {
  description = "`enforce` false: AWS's groups and the rate only count (correction N10)."
  type = object({
    enforce             = optional(bool, false)
    rate_limit          = optional(number, 10000)
    rate_window_seconds = optional(number, 300)
  })
  default = {}

  validation {
    condition     = var.firewall.rate_limit >= 10 && var.firewall.rate_limit <= 2000000000
    error_message = "firewall.rate_limit: 10 requests at least."
  }
  validation {
    condition     = contains([60, 120, 300, 600], var.firewall.rate_window_seconds)
    error_message = "firewall.rate_window_seconds: 60, 120, 300 or 600."
  }
}

variable "access_logs" {
  description = "Write access logs. A switch of its own, as the bucket's name may be known only when it is made."
  type        = bool
  default     = true
}

variable "logs_bucket_arn" {
  description = "Bucket of access logs, whose policy lets CloudWatch's log delivery write below `logs_prefix`."
  type        = string
  default     = null

  validation {
    condition     = !var.access_logs || var.logs_bucket_arn != null
    error_message = "logs_bucket_arn: needed while access_logs is on."
  }
}

variable "logs_prefix" {
  description = "Folder of the access logs in that bucket."
  type        = string
  default     = "cloudfront"
}

variable "log_retention_days" {
  description = "Days that the firewall's records are kept (correction D11)."
  type        = number
  default     = 30

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096], var.log_retention_days
    )
    error_message = "log_retention_days: a step that CloudWatch offers, e.g. 14, 30, 365."
  }
}

variable "log_key_arn" {
  description = "KMS key of the firewall's log group, which lies in us-east-1 as the key has to. null: CloudWatch's own key."
  type        = string
  default     = null

  validation {
    condition     = var.log_key_arn == null ? true : strcontains(var.log_key_arn, ":us-east-1:")
    error_message = "log_key_arn: a key of us-east-1, where CloudFront's firewall writes."
  }
}
