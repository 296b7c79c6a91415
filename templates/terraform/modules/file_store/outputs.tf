output "file_system_id" {
  description = "Id of the file system."
  value       = aws_efs_file_system.this.id
}

output "file_system_arn" {
  description = "ARN of the file system."
  value       = aws_efs_file_system.this.arn
}

output "access_point_ids" {
  description = "Access points by environment; a volume handle is FILE_SYSTEM::ACCESS_POINT."
  value       = { for environment, point in aws_efs_access_point.this : environment => point.id }
}

output "security_group_id" {
  description = "Security group of the mount targets."
  value       = aws_security_group.this.id
}
