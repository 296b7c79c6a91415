variable "name" {
  description = "Platform name: prefix of every resource."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "name: 2 to 20 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "cluster_name" {
  description = "EKS cluster that Karpenter discovers the private subnets for."
  type        = string
}

variable "vpc_cidr" {
  description = "Addresses of the VPC (inventory 5)."
  type        = string

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && cidrhost(var.vpc_cidr, 0) == split("/", var.vpc_cidr)[0]
    error_message = "vpc_cidr: an IPv4 network without host bits, e.g. 10.0.0.0/16."
  }
  validation {
    condition     = try(tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 28, false)
    error_message = "vpc_cidr: a prefix of /16 to /28, as a VPC takes no other."
  }
}

variable "availability_zone_ids" {
  description = "Zone ids in the order of the subnets. Empty: the region's first zones by id, without the excluded ones (correction P9)."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for zone in var.availability_zone_ids : can(regex("^[a-z]{3,4}[0-9]-az[0-9]$", zone))])
    error_message = "availability_zone_ids: ids such as use1-az1. Names such as us-east-1a mean another zone in each account (correction P9)."
  }
  validation {
    condition     = length(setintersection(var.availability_zone_ids, var.excluded_zone_ids)) == 0
    error_message = "availability_zone_ids: names a zone of excluded_zone_ids."
  }
  validation {
    condition     = contains([0, length(var.private_subnets)], length(distinct(var.availability_zone_ids)))
    error_message = "availability_zone_ids: one zone per private subnet, each once, or none at all."
  }
}

variable "excluded_zone_ids" {
  description = "Zones that are never picked: EKS refuses use1-az3 (correction P9)."
  type        = list(string)
  default     = ["use1-az3"]
}

variable "public_subnets" {
  description = "CIDR of the load balancer's and NAT's subnet in each zone (inventory 6)."
  type        = list(string)

  validation {
    condition     = length(var.public_subnets) == length(var.private_subnets)
    error_message = "public_subnets: as many as private_subnets."
  }
  # A network lies in the VPC when its address under the VPC's mask is the VPC's own.
  validation {
    condition = alltrue([
      for subnet in var.public_subnets : try(
        tonumber(split("/", subnet)[1]) >= tonumber(split("/", var.vpc_cidr)[1])
        && cidrhost("${split("/", subnet)[0]}/${split("/", var.vpc_cidr)[1]}", 0) == cidrhost(var.vpc_cidr, 0),
        false,
      )
    ])
    error_message = "public_subnets: IPv4 networks inside vpc_cidr."
  }
}

variable "private_subnets" {
  description = "CIDR of the nodes' and pods' subnet in each zone (inventory 7)."
  type        = list(string)

  validation {
    condition     = length(var.private_subnets) >= 2 && length(var.private_subnets) <= 6
    error_message = "private_subnets: 2 to 6, as EKS and Aurora need two zones."
  }
  validation {
    condition = alltrue([
      for subnet in var.private_subnets : try(
        tonumber(split("/", subnet)[1]) >= tonumber(split("/", var.vpc_cidr)[1])
        && cidrhost("${split("/", subnet)[0]}/${split("/", var.vpc_cidr)[1]}", 0) == cidrhost(var.vpc_cidr, 0),
        false,
      )
    ])
    error_message = "private_subnets: IPv4 networks inside vpc_cidr."
  }
}

variable "database_subnets" {
  description = "CIDR of the data stores' subnet in each zone, without a way out (correction N6)."
  type        = list(string)

  validation {
    condition     = length(var.database_subnets) == length(var.private_subnets)
    error_message = "database_subnets: as many as private_subnets."
  }
  validation {
    condition = alltrue([
      for subnet in var.database_subnets : try(
        tonumber(split("/", subnet)[1]) >= tonumber(split("/", var.vpc_cidr)[1])
        && cidrhost("${split("/", subnet)[0]}/${split("/", var.vpc_cidr)[1]}", 0) == cidrhost(var.vpc_cidr, 0),
        false,
      )
    ])
    error_message = "database_subnets: IPv4 networks inside vpc_cidr."
  }
}

variable "nat_mode" {
  description = "single: one gateway in the first zone; per_az: one in each; regional: one that spans them (correction N5)."
  type        = string
  default     = "single"

  validation {
    condition     = contains(["single", "per_az", "regional"], var.nat_mode)
    error_message = "nat_mode: single, per_az or regional."
  }
}

variable "interface_endpoints" {
  description = "Services reached by a paid interface endpoint in each private subnet (correction N5)."
  type        = set(string)
  default     = []

  validation {
    condition = length(setsubtract(var.interface_endpoints, [
      "ecr.api", "ecr.dkr", "sts", "secretsmanager", "logs", "sqs", "ec2", "elasticfilesystem", "kms",
    ])) == 0
    error_message = "interface_endpoints: ecr.api, ecr.dkr, sts, secretsmanager, logs, sqs, ec2, elasticfilesystem, kms."
  }
}

variable "flow_logs" {
  description = "Whether VPC flow logs are written, and for how many days they are kept (corrections N6, D11)."
  type = object({
    enabled        = optional(bool, true)
    retention_days = optional(number, 14)
  })
  default = {}

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096], var.flow_logs.retention_days
    )
    error_message = "flow_logs.retention_days: a step that CloudWatch offers, e.g. 14, 30, 365."
  }
}

variable "key_arn" {
  description = "KMS key of the flow logs' log group; its policy lets CloudWatch Logs use it."
  type        = string
}
