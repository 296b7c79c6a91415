# The VPC, its subnets in three layers, and the zones they lie in.

data "aws_region" "current" {}

# No filter on `state`: a zone that is impaired today must not move the subnets to another.
data "aws_availability_zones" "this" {
  #checkov:skip=CKV_AWS_394:the first zones by id are taken, and AWS numbers a new zone last; availability_zone_ids pins them
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  zones_count = length(var.private_subnets)
  zone_names  = zipmap(data.aws_availability_zones.this.zone_ids, data.aws_availability_zones.this.names)

  # By id: a name means another zone in each account (correction P9). Keys come sorted.
  offered_zone_ids = [for id in keys(local.zone_names) : id if !contains(var.excluded_zone_ids, id)]
  picked_zone_ids  = slice(local.offered_zone_ids, 0, min(local.zones_count, length(local.offered_zone_ids)))
  zone_ids         = length(var.availability_zone_ids) > 0 ? var.availability_zone_ids : local.picked_zone_ids

  # Zone id => position, which also chooses the zone's CIDR in each list.
  zones = { for index, id in local.zone_ids : id => index }
}

resource "aws_vpc" "this" {
  cidr_block                           = var.vpc_cidr
  enable_dns_support                   = true
  enable_dns_hostnames                 = true
  enable_network_address_usage_metrics = true # pods take VPC addresses: show how many are left (correction N6)

  tags = { Name = "${var.name}-vpc" }

  lifecycle {
    precondition {
      condition     = length(local.zones) == local.zones_count
      error_message = "The region offers fewer zones than there are private subnets. List fewer subnets, or exclude fewer zones."
    }
    precondition {
      condition     = length(setsubtract(local.zone_ids, keys(local.zone_names))) == 0
      error_message = "availability_zone_ids names a zone that this account does not have in this region."
    }
  }
}

# Nothing belongs to the default group: without rules it lets nobody in or out.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-default-unused" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-internet" }
}

resource "aws_subnet" "public" {
  for_each = local.zones

  vpc_id                  = aws_vpc.this.id
  cidr_block              = var.public_subnets[each.value]
  availability_zone_id    = each.key
  map_public_ip_on_launch = false

  tags = {
    Name                     = "${var.name}-public-${each.key}"
    "kubernetes.io/role/elb" = "1"
  }
}

resource "aws_subnet" "private" {
  for_each = local.zones

  vpc_id                  = aws_vpc.this.id
  cidr_block              = var.private_subnets[each.value]
  availability_zone_id    = each.key
  map_public_ip_on_launch = false

  tags = {
    Name                              = "${var.name}-private-${each.key}"
    "kubernetes.io/role/internal-elb" = "1"
    "karpenter.sh/discovery"          = var.cluster_name
  }
}

resource "aws_subnet" "database" {
  for_each = local.zones

  vpc_id                  = aws_vpc.this.id
  cidr_block              = var.database_subnets[each.value]
  availability_zone_id    = each.key
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-database-${each.key}" }
}
