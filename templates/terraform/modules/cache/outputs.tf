output "replication_group_id" {
  description = "Identifier of the replication group."
  value       = aws_elasticache_replication_group.this.replication_group_id
}

output "node_ids" {
  description = "Identifiers of the nodes (CacheClusterId), for alarms. Which one is the primary can change."
  value       = [for number in range(1, var.nodes + 1) : format("%s-cache-%03d", local.id, number)]
}

output "primary_endpoint" {
  description = "Host that always leads to the primary. TLS only."
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "reader_endpoint" {
  description = "Host that leads to the replicas. TLS only. The queue reads from the primary."
  value       = aws_elasticache_replication_group.this.reader_endpoint_address
}

output "port" {
  description = "TCP port."
  value       = var.port
}

output "security_group_id" {
  description = "Security group of the nodes."
  value       = aws_security_group.this.id
}

output "user_group_id" {
  description = "Identifier of the user group."
  value       = aws_elasticache_user_group.this.user_group_id
}

output "user_ids" {
  description = "Ids of the users by name, for ModifyUser."
  value       = { for name, user in aws_elasticache_user.this : name => user.user_id }
}

output "access_strings" {
  description = "Rights of the users by name, which the bootstrap gives with their password."
  value       = { for name in var.users : name => local.access_strings[name] }
}
