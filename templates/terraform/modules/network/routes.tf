# Public subnets lead to the internet, private ones to NAT, database subnets nowhere.

locals {
  zonal_nat_zones    = { single = slice(local.zone_ids, 0, min(1, length(local.zone_ids))), per_az = local.zone_ids, regional = [] }[var.nat_mode]
  regional_nat_zones = var.nat_mode == "regional" ? local.zone_ids : []

  # The gateway of each zone's route.
  nat_gateway_ids = {
    for id in local.zone_ids : id => (
      var.nat_mode == "regional" ? one(aws_nat_gateway.regional[*].id)
      : aws_nat_gateway.zonal[var.nat_mode == "single" ? local.zone_ids[0] : id].id
    )
  }
}

resource "aws_eip" "zonal_nat" {
  for_each = toset(local.zonal_nat_zones)

  domain = "vpc"

  tags = { Name = "${var.name}-nat-${each.key}" }
}

resource "aws_nat_gateway" "zonal" {
  for_each = aws_eip.zonal_nat

  allocation_id = each.value.allocation_id
  subnet_id     = aws_subnet.public[each.key].id

  tags = { Name = "${var.name}-nat-${each.key}" }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_eip" "regional_nat" {
  for_each = toset(local.regional_nat_zones)

  domain = "vpc"

  tags = { Name = "${var.name}-nat-regional-${each.key}" }
}

# Zones and addresses are named, so that they are known beforehand and no zone waits to be added.
resource "aws_nat_gateway" "regional" {
  count = var.nat_mode == "regional" ? 1 : 0

  vpc_id            = aws_vpc.this.id
  availability_mode = "regional"

  dynamic "availability_zone_address" {
    for_each = aws_eip.regional_nat

    content {
      availability_zone_id = availability_zone_address.key
      allocation_ids       = [availability_zone_address.value.allocation_id]
    }
  }

  tags = { Name = "${var.name}-nat-regional" }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-public" }
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "public" {
  for_each = aws_subnet.public

  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}

# A table per zone in every mode, so that changing `nat_mode` changes routes alone.
resource "aws_route_table" "private" {
  for_each = local.zones

  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_route" "nat" {
  for_each = aws_route_table.private

  route_table_id         = each.value.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = local.nat_gateway_ids[each.key]
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private[each.key].id
}

# Isolated: the VPC's own route and no other (correction N6).
resource "aws_route_table" "database" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-database" }
}

resource "aws_route_table_association" "database" {
  for_each = aws_subnet.database

  subnet_id      = each.value.id
  route_table_id = aws_route_table.database.id
}
