output "topic_arn" {
  description = "Topic of alarms, failed backups, failovers and budget."
  value       = aws_sns_topic.alerts.arn
}

output "log_group_names" {
  description = "Environment and program, e.g. dev/services, prod/worker, platform => log group."
  value       = { for key, group in aws_cloudwatch_log_group.this : key => group.name }
}

output "log_group_arns" {
  description = "The same => ARN."
  value       = { for key, group in aws_cloudwatch_log_group.this : key => group.arn }
}

output "alarm_names" {
  description = "All alarms, sorted."
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.server_errors : alarm.alarm_name],
  ))
}
