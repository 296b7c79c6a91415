variable "name" {
  description = "Platform name: prefix of every resource."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "name: 2 to 20 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "vpc_id" {
  description = "VPC of the load balancer and its targets."
  type        = string
}

variable "public_subnet_ids" {
  description = "Public subnets that the load balancer stands in."
  type        = list(string)

  validation {
    condition     = length(var.public_subnet_ids) >= 2
    error_message = "public_subnet_ids: two zones at least."
  }
}

variable "domain" {
  description = "Domain of the platform, e.g. pingvas.example.com; hosts lie under it (correction P13)."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain: a domain name in lower case, e.g. pingvas.example.com."
  }
}

variable "hosted_zone_id" {
  description = "Route 53 zone of the domain. null: one is made and has to be delegated (inventory 45)."
  type        = string
  default     = null
}

variable "environments" {
  description = "Environments by name: the API's host label under the domain, IPv4 networks that may reach it (0.0.0.0/0: all; empty: nobody; correction N14), and the security group of its nodes."
  type = map(object({
    api_host               = string
    allowed_cidrs          = list(string)
    node_security_group_id = string
  }))

  validation {
    condition     = length(var.environments) > 0 && length(var.environments) <= 9
    error_message = "environments: 1 to 9."
  }
  validation {
    condition     = alltrue([for environment in var.environments : can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", environment.api_host))])
    error_message = "environments: api_host is one label, e.g. api-dev; the domain is added."
  }
  validation {
    condition     = length(distinct([for environment in var.environments : environment.api_host])) == length(var.environments)
    error_message = "environments: two share an api_host (correction N14)."
  }
  validation {
    condition = alltrue(flatten([
      for environment in var.environments : [for cidr in environment.allowed_cidrs : can(cidrnetmask(cidr))]
    ]))
    error_message = "environments: allowed_cidrs are IPv4 networks, e.g. 203.0.113.0/24."
  }
}

variable "services" {
  description = "Services by name: the pods' port and the path prefixes that lead there (inventory 11, correction N4)."
  type = map(object({
    port          = number
    path_prefixes = list(string)
  }))

  validation {
    condition     = alltrue([for name in keys(var.services) : can(regex("^[a-z][a-z0-9]*$", name))])
    error_message = "services: names are lower-case letters and digits, a letter first."
  }
  validation {
    condition     = alltrue([for service in var.services : service.port >= 1024 && service.port <= 65535])
    error_message = "services: ports are 1024 to 65535."
  }
  validation {
    condition = alltrue(flatten([
      for service in var.services : [for prefix in service.path_prefixes : can(regex("^(/[A-Za-z0-9_.-]+)+$", prefix))]
    ]))
    error_message = "services: a path prefix is like /v1/images, without wildcards or a closing slash."
  }
  validation {
    condition     = alltrue([for service in var.services : length(service.path_prefixes) > 0])
    error_message = "services: each has a path prefix."
  }
  validation {
    condition = (
      length(distinct(flatten([for service in var.services : service.path_prefixes])))
      == length(flatten([for service in var.services : service.path_prefixes]))
    )
    error_message = "services: a path prefix leads to one service."
  }
}

variable "tls_policy" {
  description = "Security policy of the HTTPS listener; TLS 1.3, or also 1.2 (correction N7)."
  type        = string
  default     = "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"

  validation {
    condition     = contains(["ELBSecurityPolicy-TLS13-1-3-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"], var.tls_policy)
    error_message = "tls_policy: ELBSecurityPolicy-TLS13-1-3-PQ-2025-09 or ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09 (correction N7)."
  }
}

variable "redirect_http" {
  description = "Port 80 is open and leads to 443 (inventory 11)."
  type        = bool
  default     = true
}

variable "idle_timeout_seconds" {
  description = "Longest silence of a connection; event streams say something more often."
  type        = number
  default     = 60

  validation {
    condition     = var.idle_timeout_seconds >= 1 && var.idle_timeout_seconds <= 4000
    error_message = "idle_timeout_seconds: 1 to 4000."
  }
}

variable "health_check_path" {
  description = "Path that each pod is asked on its service port (inventory 45, correction N4)."
  type        = string
  default     = "/readyz"

  validation {
    condition     = startswith(var.health_check_path, "/")
    error_message = "health_check_path: begins with a slash."
  }
}

variable "health_check_seconds" {
  description = "Time between two checks (inventory 45)."
  type        = number
  default     = 15

  validation {
    condition     = var.health_check_seconds >= 5 && var.health_check_seconds <= 300
    error_message = "health_check_seconds: 5 to 300."
  }
}

variable "drain_seconds" {
  description = "Time that a leaving pod keeps its connections."
  type        = number
  default     = 30

  validation {
    condition     = var.drain_seconds >= 0 && var.drain_seconds <= 3600
    error_message = "drain_seconds: 0 to 3600."
  }
}

variable "deletion_protection" {
  description = "Refuse to delete the load balancer, and a zone that holds foreign records."
  type        = bool
  default     = true
}

variable "failover" {
  description = "PRIMARY or SECONDARY: records that Route 53 fails over between two regions (inventory 96). null: plain records."
  type        = string
  default     = null

  validation {
    condition     = var.failover == null ? true : contains(["PRIMARY", "SECONDARY"], var.failover)
    error_message = "failover: PRIMARY, SECONDARY or null."
  }
  validation {
    condition     = var.failover != "SECONDARY" || var.hosted_zone_id != null
    error_message = "failover: SECONDARY needs hosted_zone_id, the zone that the first region uses."
  }
}

variable "firewall" {
  description = "WAF (inventory 52, 53). `enforce` false: managed groups, the body size and the rate only count, to learn what they would block (correction N10); what the owner names is blocked at once."
  type = object({
    enforce             = optional(bool, false)
    managed_rules       = optional(list(string), ["common", "known_bad_inputs", "sql_injection", "ip_reputation"])
    rate_limit          = optional(number, 2000)
    rate_window_seconds = optional(number, 300)
    blocked_countries   = optional(list(string), [])
    blocked_user_agents = optional(list(string), [])
    admin_paths         = optional(list(string), ["/admin"])
    upload_paths        = optional(list(string), [])
  })
  default = {}

  validation {
    condition = length(setsubtract(var.firewall.managed_rules, [
      "common", "known_bad_inputs", "sql_injection", "ip_reputation", "anonymous_ip", "bot_control",
    ])) == 0
    error_message = "firewall.managed_rules: common, known_bad_inputs, sql_injection, ip_reputation, anonymous_ip, bot_control (correction N10)."
  }
  validation {
    condition     = var.firewall.rate_limit >= 10 && var.firewall.rate_limit <= 2000000000
    error_message = "firewall.rate_limit: 10 requests at least."
  }
  validation {
    condition     = contains([60, 120, 300, 600], var.firewall.rate_window_seconds)
    error_message = "firewall.rate_window_seconds: 60, 120, 300 or 600."
  }
  validation {
    condition     = alltrue([for country in var.firewall.blocked_countries : can(regex("^[A-Z]{2}$", country))])
    error_message = "firewall.blocked_countries: codes of two capital letters."
  }
  validation {
    condition     = alltrue([for agent in var.firewall.blocked_user_agents : length(agent) >= 2])
    error_message = "firewall.blocked_user_agents: at least two characters; an empty text would turn everybody away."
  }
  validation {
    condition = alltrue([
      for path in concat(var.firewall.admin_paths, var.firewall.upload_paths) : can(regex("^/[A-Za-z0-9/_.*-]+$", path))
    ])
    error_message = "firewall.admin_paths, upload_paths: like /admin or /v1/*/uploads, longer than a slash."
  }
  validation {
    condition = alltrue([
      for texts in [var.firewall.blocked_user_agents, var.firewall.admin_paths, var.firewall.upload_paths] :
      length(join("|", texts)) <= 300
    ])
    error_message = "firewall: a list of paths or user agents is at most 300 characters long together."
  }
}

variable "access_logs" {
  description = "Write access logs. A switch of its own, as the bucket's name may be known only when it is made."
  type        = bool
  default     = true
}

variable "logs_bucket" {
  description = "Bucket of access logs, whose policy lets the load balancer write below `logs_prefix`."
  type        = string
  default     = null

  validation {
    condition     = !var.access_logs || var.logs_bucket != null
    error_message = "logs_bucket: needed while access_logs is on."
  }
}

variable "logs_prefix" {
  description = "Folder of the access logs in that bucket."
  type        = string
  default     = "alb"
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

variable "key_arn" {
  description = "KMS key of the firewall's log group; its policy lets CloudWatch Logs use it."
  type        = string
}
