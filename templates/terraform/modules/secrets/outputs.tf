output "secret_arns" {
  description = "Path, e.g. dev/database-app or shared/slack => ARN of the secret."
  value       = { for path, secret in aws_secretsmanager_secret.this : path => secret.arn }
}

output "secret_names" {
  description = "Path => full name, e.g. pingvas/dev/database-app."
  value       = { for path, secret in aws_secretsmanager_secret.this : path => secret.name }
}
