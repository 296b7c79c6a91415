# Aurora and the caches, each alarm bound to its own cluster or node (correction M5).

locals {
  # Per cluster. Not ACU of the moment: the share of the most that it may take.
  database_alarms = merge([
    for key, database in var.databases : {
      "${key}/database-cpu" = {
        what           = "CPU of the writer of ${key} above ${var.thresholds.database_cpu_percent} % for ${var.thresholds.database_cpu_minutes} minutes, or no writer at all."
        namespace      = "AWS/RDS"
        metric         = "CPUUtilization"
        dimensions     = { DBClusterIdentifier = database.identifier, Role = "WRITER" }
        statistic      = "Average"
        period_seconds = 60
        periods        = var.thresholds.database_cpu_minutes
        comparison     = "GreaterThanThreshold"
        threshold      = var.thresholds.database_cpu_percent
        missing        = database.always_on ? "breaching" : "notBreaching"
      }
      "${key}/database-capacity" = {
        what           = "${key} uses ${var.thresholds.database_capacity_percent} % or more of its largest capacity for 15 minutes: raise database.max_acu."
        namespace      = "AWS/RDS"
        metric         = "ACUUtilization"
        dimensions     = { DBClusterIdentifier = database.identifier }
        statistic      = "Maximum"
        period_seconds = 300
        periods        = 3
        comparison     = "GreaterThanOrEqualToThreshold"
        threshold      = var.thresholds.database_capacity_percent
        missing        = "notBreaching"
      }
      "${key}/database-connections" = {
        what           = "${var.thresholds.database_connections} or more connections to the writer of ${key} for 5 minutes: does somebody go past the pooler?"
        namespace      = "AWS/RDS"
        metric         = "DatabaseConnections"
        dimensions     = { DBClusterIdentifier = database.identifier, Role = "WRITER" }
        statistic      = "Average"
        period_seconds = 60
        periods        = 5
        comparison     = "GreaterThanOrEqualToThreshold"
        threshold      = var.thresholds.database_connections
        missing        = "notBreaching"
      }
    }
  ]...)

  # Per node: ElastiCache names them after their group, with a number.
  cache_nodes = merge([
    for environment, cache in var.caches : {
      for number in range(1, cache.nodes + 1) :
      "${environment}/cache-${number}" => { environment = environment, id = format("%s-%03d", cache.replication_group_id, number) }
    }
  ]...)

  cache_alarms = merge([
    for key, node in local.cache_nodes : {
      "${key}-memory" = {
        what           = "Memory of ${key} ${var.thresholds.cache_memory_percent} % full or more for 5 minutes. A full cache refuses writes."
        namespace      = "AWS/ElastiCache"
        metric         = "DatabaseMemoryUsagePercentage"
        dimensions     = { CacheClusterId = node.id }
        statistic      = "Maximum"
        period_seconds = 60
        periods        = 5
        comparison     = "GreaterThanOrEqualToThreshold"
        threshold      = var.thresholds.cache_memory_percent
        missing        = contains(var.critical_environments, node.environment) ? "breaching" : "notBreaching"
      }
      "${key}-cpu" = {
        what           = "The engine of ${key} busy ${var.thresholds.cache_cpu_percent} % or more of its one core for 5 minutes."
        namespace      = "AWS/ElastiCache"
        metric         = "EngineCPUUtilization"
        dimensions     = { CacheClusterId = node.id }
        statistic      = "Average"
        period_seconds = 60
        periods        = 5
        comparison     = "GreaterThanOrEqualToThreshold"
        threshold      = var.thresholds.cache_cpu_percent
        missing        = "notBreaching"
      }
    }
  ]...)
}
