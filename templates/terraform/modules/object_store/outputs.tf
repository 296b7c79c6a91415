output "bucket_names" {
  description = "Names of the buckets, by key."
  value       = { for key, bucket in aws_s3_bucket.this : key => bucket.id }
}

output "bucket_arns" {
  description = "ARNs of the buckets, by key."
  value       = { for key, bucket in aws_s3_bucket.this : key => bucket.arn }
}

output "bucket_regional_domain_names" {
  description = "Hosts of the buckets in their region, by key; CloudFront's origins."
  value       = { for key, bucket in aws_s3_bucket.this : key => bucket.bucket_regional_domain_name }
}

output "replication_role_arn" {
  description = "Role under which S3 copies to the second region; null when nothing is copied."
  value       = one(aws_iam_role.replication[*].arn)
}

output "logs_bucket" {
  description = "Name and ARN of the logs' bucket, known once its policy lets services deliver; null without one."
  value       = one([for key in local.log_buckets : { name = aws_s3_bucket.this[key].id, arn = aws_s3_bucket.this[key].arn }])

  depends_on = [aws_s3_bucket_policy.logs]
}
