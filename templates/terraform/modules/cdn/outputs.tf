output "distribution_id" {
  description = "Id of the distribution."
  value       = aws_cloudfront_distribution.this.id
}

output "distribution_arn" {
  description = "ARN of the distribution; the bucket's policy lets it read."
  value       = aws_cloudfront_distribution.this.arn
}

output "certificate_arn" {
  description = "Certificate of the host, in us-east-1."
  value       = aws_acm_certificate.this.arn
}

output "url" {
  description = "Address below which images lie; the gallery signs for it."
  value       = "https://${var.host}"
}

output "key_group_id" {
  description = "Group of the keys that sign; null while there is none and everybody is refused."
  value       = one(aws_cloudfront_key_group.this[*].id)
}

output "public_key_ids" {
  description = "Key's name => the id that signed addresses name as Key-Pair-Id."
  value       = { for name, key in aws_cloudfront_public_key.this : name => key.id }
}

output "web_acl_arn" {
  description = "ARN of the firewall; null without one."
  value       = one(aws_wafv2_web_acl.this[*].arn)
}
