output "cluster_identifier" {
  description = "Identifier of the cluster."
  value       = aws_rds_cluster.this.cluster_identifier
}

output "cluster_arn" {
  description = "ARN of the cluster."
  value       = aws_rds_cluster.this.arn
}

output "resource_id" {
  description = "Id that doesn't change with the identifier; IAM policies for database sign-in use it."
  value       = aws_rds_cluster.this.cluster_resource_id
}

output "instance_identifiers" {
  description = "Identifiers of the instances, for alarms. Which one writes can change."
  value       = [for instance in aws_rds_cluster_instance.this : instance.identifier]
}

output "endpoint" {
  description = "Host that always leads to the writer."
  value       = aws_rds_cluster.this.endpoint
}

output "reader_endpoint" {
  description = "Host that leads to the readers, or to the writer when there is none."
  value       = aws_rds_cluster.this.reader_endpoint
}

output "port" {
  description = "TCP port."
  value       = var.port
}

output "database_name" {
  description = "Name of the database."
  value       = var.database_name
}

output "master_username" {
  description = "Name of the master user."
  value       = var.master_username
}

output "master_secret_arn" {
  description = "Secret of the managed master password. Null for a member of a global cluster."
  value       = local.managed_password ? one(aws_rds_cluster.this.master_user_secret[*].secret_arn) : null
}

output "security_group_id" {
  description = "Security group of the cluster."
  value       = aws_security_group.this.id
}

output "global_cluster_id" {
  description = "The global cluster, for its secondaries; null when there is none."
  value       = one(aws_rds_global_cluster.this[*].id)
}
