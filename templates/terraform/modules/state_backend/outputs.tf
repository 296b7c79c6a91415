output "bucket" {
  description = "Name of the bucket, for the S3 backend."
  value       = aws_s3_bucket.this.id
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = local.arn
}
