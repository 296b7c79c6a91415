output "vault_arn" {
  description = "ARN of the vault; another region copies into it."
  value       = aws_backup_vault.this.arn
}

output "vault_name" {
  description = "Name of the vault."
  value       = aws_backup_vault.this.name
}

output "plan_arns" {
  description = "ARNs of the enabled plans, by name."
  value       = { for name, plan in aws_backup_plan.this : name => plan.arn }
}

output "restore_testing_plan_arn" {
  description = "ARN of the plan of restore tests; null when there is none."
  value       = one(aws_backup_restore_testing_plan.this[*].arn)
}

output "backup_role_arn" {
  description = "Role under which AWS Backup copies; null without plans."
  value       = one(aws_iam_role.backup[*].arn)
}

output "restore_role_arn" {
  description = "Role under which AWS Backup restores, for drills too; null without plans."
  value       = one(aws_iam_role.restore[*].arn)
}
