output "cluster_name" {
  description = "Name of the cluster."
  value       = aws_eks_cluster.this.name
}

output "cluster_arn" {
  description = "ARN of the cluster: Pod Identity roles trust it by this."
  value       = aws_eks_cluster.this.arn
}

output "endpoint" {
  description = "Address of the Kubernetes API."
  value       = aws_eks_cluster.this.endpoint
}

output "certificate_authority" {
  description = "Certificate authority of the API, base64."
  value       = join("", aws_eks_cluster.this.certificate_authority[*].data)
}

output "oidc_issuer_url" {
  description = "Issuer of service account tokens, for roles assumed by web identity."
  value       = join("", flatten(aws_eks_cluster.this.identity[*].oidc[*].issuer))
}

output "cluster_security_group_id" {
  description = "Group that EKS made: control plane and all nodes. Datastores never let it in (correction N3)."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

output "node_security_group_ids" {
  description = "Group of each environment's nodes, by environment (correction N3)."
  value       = { for environment, group in aws_security_group.nodes : environment => group.id }
}

output "system_node_role_arn" {
  description = "Role of the system nodes."
  value       = aws_iam_role.system_nodes.arn
}

output "system_node_label" {
  description = "Label of the system nodes, as key and value: what must not run on spot selects it."
  value       = local.system_label
}

output "control_plane_log_group" {
  description = "Log group of the control plane."
  value       = aws_cloudwatch_log_group.control_plane.name
}
