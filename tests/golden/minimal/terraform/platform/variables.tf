# The values stand in terraform.tfvars.json, which `pingvas render` writes.

variable "platform" {
  description = "Name, place and owner of the platform. `domain` is what hosts lie under."
  type = object({
    name        = string
    region      = string
    account_id  = string
    domain      = string
    owner_email = string
  })
}

variable "tags" {
  description = "Further tags of every resource."
  type        = map(string)
}

variable "adopted" {
  description = "What bootstrap found or brought back, to be imported: the zone that it made for the domain, and ARNs of secrets by path, such as dev/database-app."
  type = object({
    hosted_zone_id = optional(string)
    secret_arns    = optional(map(string), {})
  })
  default = {}
}

variable "environments" {
  description = "dev and prod: namespace, hosts (labels under the domain), the networks that may reach the API, and whether it may write checkpoints."
  type = map(object({
    namespace             = string
    api_host              = string
    images_host           = string
    allowed_cidrs         = list(string)
    publishes_checkpoints = bool
  }))
}

variable "network" {
  description = "The VPC, its subnets (one of each kind per zone) and the ways out of it."
  type = object({
    vpc_cidr              = string
    availability_zone_ids = list(string)
    excluded_zone_ids     = list(string)
    public_subnets        = list(string)
    private_subnets       = list(string)
    database_subnets      = list(string)
    nat_mode              = string
    interface_endpoints   = list(string)
    flow_logs = object({
      enabled        = bool
      retention_days = number
    })
  })
}

variable "cluster" {
  description = "The control plane and the nodes of the platform itself."
  type = object({
    kubernetes_version      = string
    support_type            = string
    api_allowed_cidrs       = list(string)
    administrator_role_arns = list(string)
    control_plane_logs      = list(string)
    log_retention_days      = number
    prefix_delegation       = bool
    deletion_protection     = bool
    optional_addons         = list(string)
    system_nodes = object({
      instance_types = list(string)
      architecture   = string
      capacity_type  = string
      minimum        = number
      desired        = number
      maximum        = number
      disk_gb        = number
    })
  })
}

variable "database" {
  description = "The shared Aurora cluster. Capacities are Aurora capacity units."
  type = object({
    engine_version         = string
    database_name          = string
    min_acu                = number
    max_acu                = number
    readers                = number
    reader_promotion_tier  = number
    port                   = number
    io_optimized           = bool
    backup_retention_days  = number
    backup_window          = string
    maintenance_window     = string
    minimum_tls            = string
    password_rotation_days = number
    performance_insights   = bool
    deletion_protection    = bool
  })
}

variable "cache" {
  description = "The cache of dev and that of prod."
  type = map(object({
    engine_version          = string
    node_type               = string
    nodes                   = number
    port                    = number
    snapshot_retention_days = number
    snapshot_window         = string
    maintenance_window      = string
    maxmemory_policy        = string
  }))
}

variable "object_store" {
  description = "The four buckets and how their objects age; `suffix` ends each name."
  type = object({
    suffix = string
    buckets = map(object({
      storage_class         = string
      infrequent_after_days = number
      archive_after_days    = number
      archive_class         = string
      expire_after_days     = number
      versioning            = bool
      old_versions_days     = number
    }))
  })
}

variable "edge" {
  description = "The load balancer; without a hosted zone one is made."
  type = object({
    hosted_zone_id       = string
    tls_policy           = string
    redirect_http        = bool
    idle_timeout_seconds = number
    health_check_path    = string
    health_check_seconds = number
    drain_seconds        = number
    deletion_protection  = bool
  })
}

variable "firewall" {
  description = "The WAF; with `enforce` off its rules only count."
  type = object({
    enforce             = bool
    managed_rules       = list(string)
    rate_limit          = number
    rate_window_seconds = number
    blocked_countries   = list(string)
    blocked_user_agents = list(string)
    admin_paths         = list(string)
    upload_paths        = list(string)
  })
}

variable "services" {
  description = "The port and the path prefixes of each service."
  type = map(object({
    port          = number
    path_prefixes = list(string)
  }))
}

variable "registry" {
  description = "The repositories of container images and how long images stay."
  type = object({
    repositories   = list(string)
    immutable_tags = bool
    scan_on_push   = bool
    kept_images    = number
    untagged_days  = number
  })
}

variable "secrets" {
  description = "Names of secrets, and the namespaces that read the shared ones; values never pass through Terraform."
  type = object({
    per_environment = list(string)
    shared          = list(string)
    readers         = map(list(string))
    recovery_days   = number
  })
}

variable "gpu_nodes" {
  description = "Whether AWSServiceRoleForEC2Spot is made: true only in an account that has none (correction P4)."
  type = object({
    create_spot_service_role = bool
  })
}

variable "delivery" {
  description = <<-EOT
    The GitHub repository (owner/name), its numbers where GitHub signs with them, the account's provider of GitHub if
    another project made it, and the GitHub environment that delivers to dev and to prod.
  EOT
  type = object({
    repository    = string
    owner_id      = optional(string)
    repository_id = optional(string)
    provider_arn  = optional(string)
    environments = map(object({
      environment = string
      may_upload  = bool
    }))
  })
}

variable "monitoring" {
  description = "How long logs are kept, and from where on a value is an alarm."
  type = object({
    log_retention_days = number
    thresholds = object({
      database_cpu_percent = number
      database_cpu_minutes = number
      server_error_percent = number
      server_error_minutes = number
    })
  })
}

variable "budget" {
  description = "US dollars a month, and the percentages of it at which the owner is told."
  type = object({
    monthly_budget_usd = number
    alert_at_percent   = list(number)
  })
}

variable "backup" {
  description = "What AWS Backup copies (schedules are UTC), and how restores are tried."
  type = object({
    plans = map(object({
      enabled        = bool
      schedule       = string
      retention_days = number
    }))
    restore_testing = object({
      enabled          = bool
      schedule         = string
      validation_hours = number
    })
    locked_vault = bool
  })
}
