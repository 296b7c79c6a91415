output "load_balancer_arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
}

output "load_balancer_arn_suffix" {
  description = "Its name in CloudWatch's dimensions."
  value       = aws_lb.this.arn_suffix
}

output "load_balancer_dns_name" {
  description = "Name that AWS gives the load balancer."
  value       = aws_lb.this.dns_name
}

output "load_balancer_security_group_id" {
  description = "Security group that requests to the pods come from."
  value       = aws_security_group.this.id
}

output "target_group_arns" {
  description = "Environment and service, e.g. dev/user => ARN for its TargetGroupBinding."
  value       = { for target, group in aws_lb_target_group.this : target => group.arn }
}

output "target_group_arn_suffixes" {
  description = "The same => name in CloudWatch's dimensions."
  value       = { for target, group in aws_lb_target_group.this : target => group.arn_suffix }
}

output "zone_id" {
  description = "Route 53 zone of the domain."
  value       = local.zone_id
}

output "name_servers" {
  description = "Name servers to delegate the domain to; empty for a zone that was there."
  value       = flatten(aws_route53_zone.this[*].name_servers)
}

output "api_urls" {
  description = "Environment => address of its API."
  value       = { for environment, host in local.hosts : environment => "https://${host}" }
}

output "certificate_arns" {
  description = "Environment => certificate of its host."
  value       = { for environment, certificate in aws_acm_certificate.this : environment => certificate.arn }
}

output "web_acl_arn" {
  description = "ARN of the firewall."
  value       = aws_wafv2_web_acl.this.arn
}

output "web_acl_name" {
  description = "Its name in CloudWatch's dimensions."
  value       = aws_wafv2_web_acl.this.name
}
