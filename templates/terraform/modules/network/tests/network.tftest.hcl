mock_provider "aws" {
  # The names are in another order than the ids, as in most accounts.
  mock_data "aws_availability_zones" {
    defaults = {
      names    = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e"]
      zone_ids = ["use1-az4", "use1-az6", "use1-az1", "use1-az2", "use1-az3"]
    }
  }
  mock_data "aws_region" {
    defaults = { region = "us-east-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:111122223333:log-group:/pingvas/vpc-flow" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/pingvas-vpc-flow" }
  }
}

variables {
  name             = "pingvas"
  cluster_name     = "pingvas-shared-eks"
  vpc_cidr         = "10.0.0.0/16"
  public_subnets   = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
  private_subnets  = ["10.0.11.0/24", "10.0.12.0/24", "10.0.13.0/24"]
  database_subnets = ["10.0.21.0/24", "10.0.22.0/24", "10.0.23.0/24"]
  key_arn          = "arn:aws:kms:us-east-1:111122223333:key/shared"
}

run "inventory_5_6_7_vpc_and_subnets" {
  command = plan

  assert {
    condition     = aws_vpc.this.cidr_block == "10.0.0.0/16" && aws_vpc.this.enable_dns_hostnames
    error_message = "The VPC has the configured addresses and DNS host names."
  }
  assert {
    condition     = tolist([for id in output.zone_ids : aws_subnet.public[id].cidr_block]) == var.public_subnets
    error_message = "Public subnets follow zone order."
  }
  assert {
    condition     = tolist([for id in output.zone_ids : aws_subnet.private[id].cidr_block]) == var.private_subnets
    error_message = "Private subnets follow zone order."
  }
  assert {
    condition     = alltrue([for subnet in aws_subnet.public : !subnet.map_public_ip_on_launch])
    error_message = "Nothing gets a public address by being started."
  }
  assert {
    condition     = aws_route.internet.destination_cidr_block == "0.0.0.0/0"
    error_message = "Public subnets lead to the internet."
  }
}

run "p9_zones_by_id" {
  command = plan

  assert {
    condition     = output.zone_ids == tolist(["use1-az1", "use1-az2", "use1-az4"])
    error_message = "The first three zones by id, without use1-az3."
  }
  assert {
    condition     = output.zone_names == ["us-east-1c", "us-east-1d", "us-east-1a"]
    error_message = "Each id leads to its own name in this account."
  }
}

run "p9_zones_as_named" {
  command = plan

  variables {
    availability_zone_ids = ["use1-az6", "use1-az1", "use1-az2"]
  }

  assert {
    condition     = output.zone_ids == tolist(["use1-az6", "use1-az1", "use1-az2"])
    error_message = "Named zones are taken as they are, in their order."
  }
  assert {
    condition     = aws_subnet.private["use1-az6"].cidr_block == "10.0.11.0/24"
    error_message = "The first named zone gets the first subnet."
  }
}

run "p9_refuses_an_excluded_zone" {
  command = plan

  variables {
    availability_zone_ids = ["use1-az1", "use1-az2", "use1-az3"]
  }

  expect_failures = [var.availability_zone_ids]
}

run "p9_refuses_zone_names" {
  command = plan

  variables {
    availability_zone_ids = ["us-east-1a", "us-east-1b", "us-east-1c"]
  }

  expect_failures = [var.availability_zone_ids]
}

run "p9_refuses_a_zone_listed_twice" {
  command = plan

  variables {
    availability_zone_ids = ["use1-az1", "use1-az1", "use1-az2"]
  }

  expect_failures = [var.availability_zone_ids]
}

run "n5_single_nat" {
  command = plan

  assert {
    condition     = keys(aws_nat_gateway.zonal) == ["use1-az1"] && length(aws_nat_gateway.regional) == 0
    error_message = "One gateway, in the first zone."
  }
  assert {
    condition     = length(aws_route.nat) == 3 && length(aws_route_table.private) == 3
    error_message = "Every private subnet has a way out."
  }
  assert {
    condition     = length(output.nat_public_ips) == 1
    error_message = "One address."
  }
  assert {
    condition     = keys(output.nat_gateway_ids) == ["use1-az1"]
    error_message = "The gateway has no alarm."
  }
}

run "n5_nat_per_zone" {
  command = plan

  variables {
    nat_mode = "per_az"
  }

  assert {
    condition     = keys(aws_nat_gateway.zonal) == ["use1-az1", "use1-az2", "use1-az4"]
    error_message = "A gateway in each zone."
  }
  assert {
    condition     = length(output.nat_public_ips) == 3
    error_message = "An address per zone."
  }
  assert {
    condition     = keys(output.nat_gateway_ids) == ["use1-az1", "use1-az2", "use1-az4"]
    error_message = "A gateway has no alarm."
  }
}

run "n5_regional_nat" {
  command = plan

  variables {
    nat_mode = "regional"
  }

  assert {
    condition     = length(aws_nat_gateway.zonal) == 0 && aws_nat_gateway.regional[0].availability_mode == "regional"
    error_message = "One gateway that spans the zones."
  }
  assert {
    condition     = keys(output.nat_gateway_ids) == ["regional"]
    error_message = "The gateway has no alarm."
  }
  assert {
    condition = toset([
      for address in aws_nat_gateway.regional[0].availability_zone_address : address.availability_zone_id
    ]) == toset(output.zone_ids)
    error_message = "It stands in each zone of the subnets."
  }
  assert {
    condition     = length(output.nat_public_ips) == 3
    error_message = "An address per zone."
  }
}

# Ids are known only when applied: each zone's route leads to its own gateway.
run "n5_routes_lead_to_the_gateway_of_their_zone" {
  command = apply

  variables {
    nat_mode = "per_az"
  }

  assert {
    condition = alltrue([
      for id in output.zone_ids : aws_route.nat[id].nat_gateway_id == aws_nat_gateway.zonal[id].id
    ])
    error_message = "Traffic stays in its zone."
  }
  assert {
    condition     = length(distinct([for route in aws_route.nat : route.nat_gateway_id])) == 3
    error_message = "Three gateways are used."
  }
  assert {
    condition     = aws_vpc_endpoint.s3.route_table_ids == toset([for table in aws_route_table.private : table.id])
    error_message = "S3 is reached past NAT from every private subnet."
  }
}

run "n5_refuses_an_unknown_nat_mode" {
  command = plan

  variables {
    nat_mode = "none"
  }

  expect_failures = [var.nat_mode]
}

run "n5_s3_gateway_endpoint_always" {
  command = plan

  assert {
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway" && aws_vpc_endpoint.s3.service_name == "com.amazonaws.us-east-1.s3"
    error_message = "The free endpoint of S3 is always there."
  }
  assert {
    condition     = length(aws_vpc_endpoint.interface) == 0 && length(aws_security_group.endpoints) == 0
    error_message = "Paid endpoints are there only when asked for."
  }
}

run "n5_interface_endpoints" {
  command = plan

  variables {
    interface_endpoints = ["ecr.api", "ecr.dkr"]
  }

  assert {
    condition     = aws_vpc_endpoint.interface["ecr.dkr"].service_name == "com.amazonaws.us-east-1.ecr.dkr" && aws_vpc_endpoint.interface["ecr.dkr"].private_dns_enabled
    error_message = "Pulls find the endpoint by the usual name."
  }
  assert {
    condition = toset([for rule in aws_vpc_security_group_ingress_rule.endpoints : rule.cidr_ipv4]) == toset(var.private_subnets) && alltrue([
      for rule in aws_vpc_security_group_ingress_rule.endpoints : rule.from_port == 443 && rule.to_port == 443
    ])
    error_message = "HTTPS from the private subnets, nothing else."
  }
}

run "n5_refuses_an_unknown_endpoint" {
  command = plan

  variables {
    interface_endpoints = ["s3"]
  }

  expect_failures = [var.interface_endpoints]
}

run "n6_database_subnets_are_isolated" {
  command = apply

  assert {
    condition     = tolist([for id in output.zone_ids : aws_subnet.database[id].cidr_block]) == var.database_subnets
    error_message = "Database subnets follow zone order."
  }
  assert {
    condition = alltrue([
      for association in aws_route_table_association.database : association.route_table_id == aws_route_table.database.id
    ])
    error_message = "They share the table without routes."
  }
  assert {
    condition = !contains(
      concat([aws_route.internet.route_table_id], [for route in aws_route.nat : route.route_table_id]),
      aws_route_table.database.id,
    )
    error_message = "No route leads out of it."
  }
}

run "n6_tags_of_load_balancers_and_karpenter" {
  command = plan

  assert {
    condition     = alltrue([for subnet in aws_subnet.public : subnet.tags["kubernetes.io/role/elb"] == "1"])
    error_message = "Public subnets are for public load balancers."
  }
  assert {
    condition = alltrue([
      for subnet in aws_subnet.private :
      subnet.tags["kubernetes.io/role/internal-elb"] == "1" && subnet.tags["karpenter.sh/discovery"] == "pingvas-shared-eks"
    ])
    error_message = "Karpenter finds the private subnets."
  }
  assert {
    condition     = alltrue([for subnet in aws_subnet.database : length(subnet.tags) == 1])
    error_message = "Nodes and load balancers never land in database subnets."
  }
}

run "n6_d11_flow_logs_with_retention" {
  command = plan

  assert {
    condition     = aws_flow_log.this[0].traffic_type == "ALL"
    error_message = "Accepted and refused traffic is recorded."
  }
  assert {
    condition     = aws_cloudwatch_log_group.flow[0].retention_in_days == 14 && aws_cloudwatch_log_group.flow[0].kms_key_id == var.key_arn
    error_message = "Records are encrypted and leave after 14 days."
  }
}

run "n6_flow_logs_off" {
  command = plan

  variables {
    flow_logs = { enabled = false }
  }

  assert {
    condition     = length(aws_flow_log.this) == 0 && length(aws_cloudwatch_log_group.flow) == 0 && length(aws_iam_role.flow) == 0
    error_message = "Off leaves nothing behind."
  }
}

run "d11_refuses_a_retention_that_is_no_step" {
  command = plan

  variables {
    flow_logs = { retention_days = 15 }
  }

  expect_failures = [var.flow_logs]
}

run "the_default_security_group_lets_nobody_through" {
  command = plan

  assert {
    condition     = aws_default_security_group.this.tags["Name"] == "pingvas-default-unused"
    error_message = "The VPC's default group is taken over, without rules."
  }
}

run "refuses_a_subnet_outside_the_vpc" {
  command = plan

  variables {
    database_subnets = ["10.0.21.0/24", "10.0.22.0/24", "10.1.23.0/24"]
  }

  expect_failures = [var.database_subnets]
}

run "refuses_a_subnet_larger_than_the_vpc" {
  command = plan

  variables {
    vpc_cidr        = "10.0.0.0/20"
    private_subnets = ["10.0.0.0/19", "10.0.2.0/24", "10.0.3.0/24"]
    public_subnets  = ["10.0.4.0/24", "10.0.5.0/24", "10.0.6.0/24"]

    database_subnets = ["10.0.7.0/24", "10.0.8.0/24", "10.0.9.0/24"]
  }

  expect_failures = [var.private_subnets]
}

run "refuses_fewer_public_subnets_than_private_ones" {
  command = plan

  variables {
    public_subnets = ["10.0.1.0/24", "10.0.2.0/24"]
  }

  expect_failures = [var.public_subnets]
}

run "refuses_a_vpc_cidr_with_host_bits" {
  command = plan

  variables {
    vpc_cidr = "10.0.0.1/16"
  }

  expect_failures = [var.vpc_cidr]
}

run "refuses_more_subnets_than_zones" {
  command = plan

  variables {
    public_subnets   = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24", "10.0.4.0/24", "10.0.5.0/24"]
    private_subnets  = ["10.0.11.0/24", "10.0.12.0/24", "10.0.13.0/24", "10.0.14.0/24", "10.0.15.0/24"]
    database_subnets = ["10.0.21.0/24", "10.0.22.0/24", "10.0.23.0/24", "10.0.24.0/24", "10.0.25.0/24"]
  }

  expect_failures = [aws_vpc.this]
}

run "refuses_a_zone_of_another_region" {
  command = plan

  variables {
    availability_zone_ids = ["usw2-az1", "usw2-az2", "usw2-az3"]
  }

  expect_failures = [aws_vpc.this]
}
