output "controller_role_arn" {
  description = "Role of Karpenter's controller."
  value       = aws_iam_role.controller.arn
}

output "node_role_name" {
  description = "Role that EC2NodeClass names in `spec.role`."
  value       = aws_iam_role.node.name
}

output "node_role_arn" {
  description = "The same role's ARN."
  value       = aws_iam_role.node.arn
}

output "queue_name" {
  description = "Queue for Karpenter's `settings.interruptionQueue`."
  value       = aws_sqs_queue.interruptions.name
}

output "queue_arn" {
  description = "The same queue's ARN."
  value       = aws_sqs_queue.interruptions.arn
}
