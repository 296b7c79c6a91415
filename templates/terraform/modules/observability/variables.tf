variable "name" {
  description = "Platform name: prefix of every resource."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "name: 2 to 20 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "environments" {
  description = "Environments whose programs write logs."
  type        = set(string)
}

variable "critical_environments" {
  description = "Environments in which silence is an alarm: no pod behind the load balancer, no cache node that reports."
  type        = set(string)
  default     = ["prod"]
}

variable "key_arns" {
  description = "KMS key of each environment and of `shared`. Their policies must let CloudWatch Logs use them, `shared` also alarms, events and budgets."
  type        = map(string)

  validation {
    condition     = length(setsubtract(setunion(var.environments, ["shared"]), keys(var.key_arns))) == 0
    error_message = "key_arns: a key for each environment and for `shared`."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept in CloudWatch, one of its steps (inventory 59, correction D11)."
  type        = number

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096], var.log_retention_days)
    error_message = "log_retention_days: a number that CloudWatch takes: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096."
  }
}

variable "owner_email" {
  description = "Who is told (correction P13). Null: nobody, until somebody subscribes to the topic."
  type        = string
  default     = null

  validation {
    condition     = var.owner_email == null || can(regex("^[^@[:space:]]+@[^@[:space:]]+\\.[^@[:space:]]+$", var.owner_email))
    error_message = "owner_email: an address such as owner@example.com."
  }
}

variable "databases" {
  description = "Aurora clusters: identifier, and whether they never pause, so that silence is an alarm."
  type        = map(object({ identifier = string, always_on = bool }))
  default     = {}
}

variable "caches" {
  description = "Cache of each environment: replication group and number of nodes."
  type        = map(object({ replication_group_id = string, nodes = number }))
  default     = {}

  validation {
    condition     = alltrue([for cache in var.caches : cache.nodes >= 1 && cache.nodes <= 6])
    error_message = "caches: 1 to 6 nodes."
  }
}

variable "load_balancer_arn_suffix" {
  description = "Load balancer in CloudWatch's words: app/<name>/<id>."
  type        = string
  default     = ""
}

variable "target_groups" {
  description = "Environment and service, e.g. prod/user => target group in CloudWatch's words: targetgroup/<name>/<id>."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.target_groups) : can(regex("^[a-z0-9-]+/[a-z0-9-]+$", key))])
    error_message = "target_groups: keys such as prod/user."
  }
}

variable "certificate_arns" {
  description = "Host => certificate of this region; a topic takes no alarm of another region."
  type        = map(string)
  default     = {}
}

variable "nat_gateway_ids" {
  description = "Zone => NAT gateway."
  type        = map(string)
  default     = {}
}

variable "interruption_queues" {
  description = "What reads it => name of a queue of interruption notices."
  type        = map(string)
  default     = {}
}

variable "thresholds" {
  description = <<-EOT
    From where on a value is an alarm (inventory 64, 65). `server_error_requests`: fewer requests within
    `server_error_minutes` are no sample. `database_connections`: absolute, to the writer. `unanswered_requests`: 5xx of
    the load balancer itself within 5 minutes.
  EOT
  type = object({
    database_cpu_percent      = optional(number, 90)
    database_cpu_minutes      = optional(number, 5)
    database_capacity_percent = optional(number, 90)
    database_connections      = optional(number, 300)
    cache_memory_percent      = optional(number, 80)
    cache_cpu_percent         = optional(number, 90)
    server_error_percent      = optional(number, 5)
    server_error_minutes      = optional(number, 3)
    server_error_requests     = optional(number, 20)
    unanswered_requests       = optional(number, 20)
    certificate_days          = optional(number, 30)
  })
  default = {}

  validation {
    condition = alltrue([
      for percent in [
        var.thresholds.database_cpu_percent, var.thresholds.database_capacity_percent, var.thresholds.cache_memory_percent,
        var.thresholds.cache_cpu_percent, var.thresholds.server_error_percent,
      ] : percent >= 1 && percent <= 100
    ])
    error_message = "thresholds: shares are 1 to 100."
  }
  validation {
    condition     = alltrue([for minutes in [var.thresholds.database_cpu_minutes, var.thresholds.server_error_minutes] : minutes >= 1 && minutes <= 1440 && floor(minutes) == minutes])
    error_message = "thresholds: whole minutes, 1 to 1440; an alarm looks back a day at most."
  }
  validation {
    condition     = var.thresholds.certificate_days >= 1 && var.thresholds.certificate_days <= 45
    error_message = "thresholds.certificate_days: 1 to 45; ACM renews from 60 days ahead."
  }
}

variable "monthly_budget_usd" {
  description = "US dollars a month (inventory 98). Null: no budget here, e.g. in a second region of the same account."
  type        = number
  default     = null

  validation {
    condition     = var.monthly_budget_usd == null || try(var.monthly_budget_usd > 0, false)
    error_message = "monthly_budget_usd: above 0."
  }
}

variable "alert_at_percent" {
  description = "Shares of the budget at which its owner is told, when they are spent (inventory 98)."
  type        = list(number)
  default     = [80, 100]

  validation {
    condition     = length(var.alert_at_percent) <= 4 && alltrue([for percent in var.alert_at_percent : percent >= 1 && percent <= 100])
    error_message = "alert_at_percent: at most four, of 1 to 100; AWS takes five notices with the forecast's."
  }
  validation {
    condition     = length(distinct(var.alert_at_percent)) == length(var.alert_at_percent)
    error_message = "alert_at_percent: names a share twice."
  }
}

variable "budget_tag" {
  description = "Count only what carries this tag; it must be activated as a cost allocation tag. Null: the whole account."
  type        = object({ key = string, value = string })
  default     = null
}
