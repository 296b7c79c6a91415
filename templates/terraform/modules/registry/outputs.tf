output "repository_urls" {
  description = "Program => address that images are pushed to and pulled from."
  value       = { for program, repository in aws_ecr_repository.this : program => repository.repository_url }
}

output "repository_arns" {
  description = "Program => ARN of its repository."
  value       = { for program, repository in aws_ecr_repository.this : program => repository.arn }
}
