variable "name" {
  description = "Identifier of the cluster, and the beginning of the names around it."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,56}$", var.name))
    error_message = "The name is at most 57 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "environment" {
  description = "Environment that alone uses this cluster; null when both share it."
  type        = string
  default     = null

  validation {
    condition     = var.environment == null || contains(["dev", "prod"], coalesce(var.environment, "none"))
    error_message = "The environment is dev, prod or null."
  }
}

variable "vpc_id" {
  description = "VPC of the security group."
  type        = string
}

variable "subnet_ids" {
  description = "Isolated subnets, in at least two zones, in the order of the zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Aurora needs subnets in at least two zones."
  }
}

variable "zone_names" {
  description = "Zones in which the instances begin, the writer in the first. Empty: Aurora chooses. Roles change at a failover, places don't."
  type        = list(string)
  default     = []
}

variable "allowed_security_group_ids" {
  description = "Security groups that may connect, by a name that stays the same, such as the environment."
  type        = map(string)
}

variable "key_arn" {
  description = "KMS key, in this region, for storage, the master secret, Performance Insights and logs."
  type        = string
}

variable "engine_version" {
  description = "Aurora PostgreSQL version. Only long-term versions are taken."
  type        = string
  default     = "17.7"

  validation {
    condition     = contains(["16.8", "17.7"], var.engine_version)
    error_message = "16.8 and 17.7 are the long-term versions; 15.4 was none."
  }
}

variable "database_name" {
  description = "Database made with the cluster. A secondary has its primary's."
  type        = string
  default     = "pingvas"

  validation {
    condition     = can(regex("^[a-z_][a-z0-9_]{0,62}$", var.database_name))
    error_message = "A database name is at most 63 lower-case letters, digits and underscores, without a digit first."
  }
}

variable "master_username" {
  description = "Name of the master user, with which the bootstrap makes roles and schemas. No service signs in as it."
  type        = string
  default     = "postgres"
}

variable "port" {
  description = "TCP port."
  type        = number
  default     = 5432

  validation {
    condition     = var.port >= 1150 && var.port <= 65535
    error_message = "Aurora listens on a port from 1150 to 65535."
  }
}

variable "min_acu" {
  description = "Fewest capacity units of an instance (1 ACU is about 2 GiB of memory). 0 with pause_after_seconds only."
  type        = number
  default     = 0.5

  validation {
    condition     = var.min_acu >= 0 && var.min_acu <= 256 && floor(var.min_acu * 2) == var.min_acu * 2
    error_message = "Capacity is from 0 to 256 ACU in steps of a half."
  }

  validation {
    condition     = (var.min_acu == 0) == (var.pause_after_seconds != null)
    error_message = "A cluster pauses at 0 ACU and only there: min_acu = 0 and pause_after_seconds come together."
  }
}

variable "max_acu" {
  description = "Most capacity units of an instance."
  type        = number
  default     = 4

  validation {
    condition     = var.max_acu >= 1 && var.max_acu <= 256 && floor(var.max_acu * 2) == var.max_acu * 2
    error_message = "The most capacity is from 1 to 256 ACU in steps of a half."
  }

  validation {
    condition     = var.max_acu >= var.min_acu
    error_message = "max_acu is below min_acu."
  }
}

variable "pause_after_seconds" {
  description = "Idle seconds until the cluster pauses; null: never. Not for a member of a global cluster."
  type        = number
  default     = null

  validation {
    condition     = var.pause_after_seconds == null || try(var.pause_after_seconds >= 300 && var.pause_after_seconds <= 86400, false)
    error_message = "A cluster pauses after 300 to 86400 idle seconds."
  }

  validation {
    condition     = var.pause_after_seconds == null || (var.global_cluster_name == null && !var.is_secondary)
    error_message = "A member of a global cluster can't pause."
  }
}

variable "readers" {
  description = "Instances beside the writer. With one, none is left after a failover until it is replaced."
  type        = number
  default     = 1

  validation {
    condition     = var.readers >= 0 && var.readers <= 15 && floor(var.readers) == var.readers
    error_message = "Aurora has 0 to 15 readers."
  }
}

variable "reader_promotion_tier" {
  description = "Failover tier of the readers. In 0 and 1 a reader's capacity follows the writer's."
  type        = number
  default     = 1

  validation {
    condition     = contains([0, 1], var.reader_promotion_tier)
    error_message = "In a tier above 1 a reader scales alone and may be too small when it becomes the writer."
  }
}

variable "io_optimized" {
  description = "Storage without a price per request, dearer per GB and per ACU."
  type        = bool
  default     = false
}

variable "backup_retention_days" {
  description = "Days back to which a point in time can be restored."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "Aurora keeps backups for 1 to 35 days."
  }
}

variable "backup_window" {
  description = "Daily window of the snapshot, UTC, as hh:mm-hh:mm."
  type        = string
  default     = "17:00-18:00"

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.backup_window))
    error_message = "The window is written hh:mm-hh:mm."
  }
}

variable "maintenance_window" {
  description = "Weekly window of maintenance, UTC, as ddd:hh:mm-ddd:hh:mm, apart from the backup window."
  type        = string
  default     = "sun:18:30-sun:19:30"

  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$", var.maintenance_window))
    error_message = "The window is written ddd:hh:mm-ddd:hh:mm."
  }
}

variable "minimum_tls" {
  description = "Oldest TLS version that the server takes. Connections without TLS are always refused."
  type        = string
  default     = "TLSv1.3"

  validation {
    condition     = contains(["TLSv1.2", "TLSv1.3"], var.minimum_tls)
    error_message = "TLSv1.2 or TLSv1.3."
  }
}

variable "password_rotation_days" {
  description = "Days between rotations of the managed master password."
  type        = number
  default     = 30

  validation {
    condition     = var.password_rotation_days >= 1 && var.password_rotation_days <= 365
    error_message = "A rotation is every 1 to 365 days."
  }
}

variable "performance_insights" {
  description = "Performance Insights, kept 7 days. It holds capacity up, so the minimum is never reached."
  type        = bool
  default     = false
}

variable "data_api" {
  description = "The RDS Data API: SQL over HTTPS for callers that IAM allows, without a way into the VPC."
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "Days that the server's log is kept in CloudWatch."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 or 1096 days."
  }
}

variable "slow_statement_ms" {
  description = "Statements that take longer, in milliseconds, are logged."
  type        = number
  default     = 1000
}

variable "deletion_protection" {
  description = "Refuse to delete the cluster, and the global cluster."
  type        = bool
  default     = true
}

variable "final_snapshot_name" {
  description = "Snapshot made when the cluster is deleted; null: NAME-final- and eight digits."
  type        = string
  default     = null
}

variable "skip_final_snapshot" {
  description = "Delete the cluster without a last snapshot and with its automated backups."
  type        = bool
  default     = false
}

variable "global_cluster_name" {
  description = "Makes this cluster the primary of a global cluster of that name; null: it stands alone."
  type        = string
  default     = null

  validation {
    condition     = var.global_cluster_name == null || can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,61}$", var.global_cluster_name))
    error_message = "A global cluster's name is at most 62 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "is_secondary" {
  description = "This cluster joins the global cluster global_cluster_id as a read-only member."
  type        = bool
  default     = false

  validation {
    condition     = !(var.is_secondary && var.global_cluster_name != null)
    error_message = "A cluster is the primary of a global cluster or a secondary, not both."
  }
}

variable "global_cluster_id" {
  description = "The global cluster that a secondary joins: the primary's output of that name."
  type        = string
  default     = null

  validation {
    condition     = var.global_cluster_id != null || !var.is_secondary
    error_message = "A secondary needs the id of its global cluster."
  }
}
