variable "name" {
  description = "Name of the platform, the beginning of all names."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,19}$", var.name))
    error_message = "The name is at most 20 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "environment" {
  description = "Environment that this store belongs to."
  type        = string

  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "The environment is dev or prod."
  }
}

variable "vpc_id" {
  description = "VPC of the security group."
  type        = string
}

variable "subnet_ids" {
  description = "Isolated subnets, in the order of the zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1
    error_message = "A cache needs a subnet."
  }
}

variable "zone_names" {
  description = "Zones in which the nodes begin, the primary in the first. Empty: ElastiCache chooses."
  type        = list(string)
  default     = []
}

variable "allowed_security_group_id" {
  description = "Security group of the environment's nodes, the only one that may connect."
  type        = string
}

variable "key_arn" {
  description = "KMS key of the environment, in this region, for data and logs."
  type        = string
}

variable "engine_version" {
  description = "Valkey version, major and minor."
  type        = string
  default     = "8.1"

  validation {
    condition     = contains(["8.0", "8.1", "9.0"], var.engine_version)
    error_message = "8.0, 8.1 or 9.0."
  }
}

variable "node_type" {
  description = "Node type, such as cache.r6g.large."
  type        = string

  validation {
    condition     = can(regex("^cache\\.[a-z0-9]+\\.[a-z0-9]+$", var.node_type))
    error_message = "A node type is written cache.FAMILY.SIZE."
  }
}

variable "nodes" {
  description = "Primary and replicas together. 1: no failover; from 2 on it is automatic and over zones."
  type        = number

  validation {
    condition     = var.nodes >= 1 && var.nodes <= 6 && floor(var.nodes) == var.nodes
    error_message = "A group without shards has 1 to 6 nodes."
  }
}

variable "port" {
  description = "TCP port."
  type        = number
  default     = 6379

  validation {
    condition     = var.port >= 1024 && var.port <= 65535
    error_message = "A port from 1024 to 65535."
  }
}

variable "snapshot_retention_days" {
  description = "Days that daily snapshots are kept; 0: none is made."
  type        = number
  default     = 0

  validation {
    condition     = var.snapshot_retention_days >= 0 && var.snapshot_retention_days <= 35
    error_message = "Snapshots are kept for 0 to 35 days."
  }
}

variable "snapshot_window" {
  description = "Daily window of the snapshot, UTC, as hh:mm-hh:mm."
  type        = string
  default     = "16:00-17:00"

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.snapshot_window))
    error_message = "The window is written hh:mm-hh:mm."
  }
}

variable "maintenance_window" {
  description = "Weekly window of maintenance, UTC, as ddd:hh:mm-ddd:hh:mm, apart from the snapshots."
  type        = string
  default     = "sun:19:30-sun:20:30"

  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$", var.maintenance_window))
    error_message = "The window is written ddd:hh:mm-ddd:hh:mm."
  }
}

variable "maxmemory_policy" {
  description = "What a full store does. A queue must refuse, and lose nothing quietly."
  type        = string
  default     = "noeviction"

  validation {
    condition     = var.maxmemory_policy == "noeviction"
    error_message = "Any other policy lets a full store forget jobs."
  }
}

variable "users" {
  description = "Users that are made, disabled: services, worker, exporter."
  type        = set(string)
  default     = ["services", "worker", "exporter"]

  validation {
    condition     = length(setsubtract(var.users, ["services", "worker", "exporter"])) == 0
    error_message = "Access is known for services, worker and exporter only."
  }
}

variable "log_retention_days" {
  description = "Days that the slow log and the engine's log are kept in CloudWatch."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 or 1096 days."
  }
}

variable "notification_topic_arn" {
  description = "SNS topic that hears of failovers and replaced nodes; null: none."
  type        = string
  default     = null
}
