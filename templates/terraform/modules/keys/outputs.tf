output "key_arns" {
  description = "ARN of the key of each environment and of `shared`."
  value       = { for name, key in aws_kms_key.this : name => key.arn }
}

output "alias_names" {
  description = "Alias of each key, e.g. alias/pingvas-prod."
  value       = { for name, alias in aws_kms_alias.this : name => alias.name }
}
