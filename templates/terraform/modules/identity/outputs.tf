output "role_arns" {
  description = "Role of each service account, e.g. dev/gallery, fluent-bit. Secrets' readers, e.g. prod/secrets, are what SecretStores name."
  value = merge(
    { for role, made in aws_iam_role.pods : role => made.arn },
    { for role, made in aws_iam_role.secrets : role => made.arn },
  )
}

output "github_role_arns" {
  description = "Roles of GitHub environments, by environment of the platform."
  value       = { for role, made in aws_iam_role.github : role => made.arn }
}

output "service_accounts" {
  description = "Namespace and name of the service account that takes each role by Pod Identity."
  value       = { for role, each in local.pod_roles : role => { namespace = each.namespace, name = each.service_account } }
}
