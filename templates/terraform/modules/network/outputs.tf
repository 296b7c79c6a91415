output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "vpc_cidr" {
  description = "Addresses of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "zone_ids" {
  description = "Zone ids in the order of all lists below."
  value       = local.zone_ids
}

output "zone_names" {
  description = "The zones' names in this account, in zone order."
  value       = [for id in local.zone_ids : lookup(local.zone_names, id, "")]
}

output "public_subnet_ids" {
  description = "Public subnets in zone order."
  value       = [for id in local.zone_ids : aws_subnet.public[id].id]
}

output "private_subnet_ids" {
  description = "Private subnets in zone order."
  value       = [for id in local.zone_ids : aws_subnet.private[id].id]
}

output "database_subnet_ids" {
  description = "Isolated subnets of the data stores in zone order."
  value       = [for id in local.zone_ids : aws_subnet.database[id].id]
}

output "private_route_table_ids" {
  description = "Route tables of the private subnets in zone order."
  value       = [for id in local.zone_ids : aws_route_table.private[id].id]
}

output "nat_public_ips" {
  description = "Addresses that outgoing traffic comes from, in zone order; partners may allow-list them."
  value = [
    for id in concat(local.zonal_nat_zones, local.regional_nat_zones) :
    merge(aws_eip.zonal_nat, aws_eip.regional_nat)[id].public_ip
  ]
}

output "nat_gateway_ids" {
  description = "NAT gateways by zone id; a regional one by `regional`."
  value = merge(
    { for id, gateway in aws_nat_gateway.zonal : id => gateway.id },
    { for gateway in aws_nat_gateway.regional : "regional" => gateway.id },
  )
}
