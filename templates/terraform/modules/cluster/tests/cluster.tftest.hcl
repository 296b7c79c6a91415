mock_provider "aws" {
  override_during = plan

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { region = "us-east-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { arn = "arn:aws:sts::123456789012:assumed-role/deploy/session" }
  }
  mock_data "aws_iam_session_context" {
    defaults = { issuer_arn = "arn:aws:iam::123456789012:role/deploy" }
  }
  mock_data "aws_default_tags" {
    defaults = { tags = { "pingvas:platform" = "pingvas" } }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_eks_cluster" {
    defaults = { arn = "arn:aws:eks:us-east-1:123456789012:cluster/pingvas-shared-eks" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/made" }
  }
  mock_resource "aws_launch_template" {
    defaults = { id = "lt-00000000000000000", latest_version = 1 }
  }
}

variables {
  name               = "pingvas-shared-eks"
  vpc_id             = "vpc-00000000000000000"
  private_subnet_ids = ["subnet-a", "subnet-b", "subnet-c"]
  kubernetes_version = "1.35"
  control_plane_logs = ["api", "audit", "authenticator"]
  log_retention_days = 30
  key_arn            = "arn:aws:kms:us-east-1:123456789012:key/shared"
  environments       = ["dev", "prod"]
  optional_addons    = ["aws-efs-csi-driver", "metrics-server"]
  file_system_arns   = ["arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-1"]
  system_nodes = {
    instance_types = ["m7g.large"]
    architecture   = "arm64"
    capacity_type  = "on-demand"
    minimum        = 2
    desired        = 2
    maximum        = 3
    disk_gb        = 50
  }
}

run "inventory_16_p1_standard_support" {
  command = plan

  assert {
    condition     = aws_eks_cluster.this.version == "1.35" && aws_eks_cluster.this.upgrade_policy[0].support_type == "STANDARD"
    error_message = "The cluster must run a version in standard support and never pay for extended support."
  }
  assert {
    condition     = aws_eks_cluster.this.deletion_protection
    error_message = "Deletion protection is on unless it is switched off."
  }
}

run "p1_refuses_versions_out_of_support" {
  command = plan
  variables {
    kubernetes_version = "1.28"
    support_type       = "EXTENDED"
  }
  expect_failures = [var.kubernetes_version, var.support_type]
}

run "n13_access_and_encryption" {
  command = plan

  assert {
    condition = (
      aws_eks_cluster.this.access_config[0].authentication_mode == "API" &&
      aws_eks_cluster.this.access_config[0].bootstrap_cluster_creator_admin_permissions == false
    )
    error_message = "Access entries alone decide who gets in."
  }
  assert {
    condition     = keys(aws_eks_access_entry.administrators) == ["arn:aws:iam::123456789012:role/deploy"]
    error_message = "Without named administrators the role that runs Terraform is one."
  }
  assert {
    condition = (
      aws_eks_cluster.this.encryption_config[0].resources == toset(["secrets"]) &&
      aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == var.key_arn
    )
    error_message = "Kubernetes secrets must be encrypted with the platform's key."
  }
  assert {
    condition = (
      aws_launch_template.system_nodes.metadata_options[0].http_tokens == "required" &&
      aws_launch_template.system_nodes.metadata_options[0].http_put_response_hop_limit == 1
    )
    error_message = "IMDSv2 with one hop: pods must not reach the node's credentials."
  }
  assert {
    condition = (
      aws_launch_template.system_nodes.block_device_mappings[0].ebs[0].encrypted == "true" &&
      aws_launch_template.system_nodes.block_device_mappings[0].ebs[0].kms_key_id == var.key_arn
    )
    error_message = "Root volumes are encrypted with the platform's key."
  }
}

run "n13_named_administrators" {
  command = plan
  variables {
    administrator_role_arns = ["arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/Admin"]
  }
  assert {
    condition     = toset(keys(aws_eks_access_policy_association.administrators)) == toset(var.administrator_role_arns)
    error_message = "Named administrators, and nobody else."
  }
}

run "n13_refuses_sessions" {
  command = plan
  variables {
    administrator_role_arns = ["arn:aws:sts::123456789012:assumed-role/Admin/me"]
  }
  expect_failures = [var.administrator_role_arns]
}

run "n13_refuses_root" {
  command = plan
  variables {
    administrator_role_arns = ["arn:aws:iam::123456789012:root"]
  }
  expect_failures = [var.administrator_role_arns]
}

run "p13_api_is_private_until_networks_are_named" {
  command = plan

  assert {
    condition     = !aws_eks_cluster.this.vpc_config[0].endpoint_public_access && aws_eks_cluster.this.vpc_config[0].endpoint_private_access
    error_message = "Without networks the API answers inside the VPC only."
  }
}

run "p13_api_is_open_to_named_networks" {
  command = plan
  variables {
    api_allowed_cidrs = ["203.0.113.0/24"]
  }
  assert {
    condition = (
      aws_eks_cluster.this.vpc_config[0].endpoint_public_access &&
      aws_eks_cluster.this.vpc_config[0].public_access_cidrs == toset(["203.0.113.0/24"])
    )
    error_message = "The named networks, and no others."
  }
}

run "p13_refuses_the_whole_world" {
  command = plan
  variables {
    api_allowed_cidrs = ["0.0.0.0/0"]
  }
  expect_failures = [var.api_allowed_cidrs]
}

run "d11_log_retention" {
  command = plan

  assert {
    condition = (
      aws_cloudwatch_log_group.control_plane.name == "/aws/eks/pingvas-shared-eks/cluster" &&
      aws_cloudwatch_log_group.control_plane.retention_in_days == 30 &&
      aws_cloudwatch_log_group.control_plane.kms_key_id == var.key_arn
    )
    error_message = "Control plane logs end, and are encrypted."
  }
  assert {
    condition     = aws_eks_cluster.this.enabled_cluster_log_types == toset(["api", "audit", "authenticator"])
    error_message = "The chosen logs are written."
  }
}

run "d11_refuses_a_retention_cloudwatch_does_not_know" {
  command = plan
  variables {
    log_retention_days = 31
  }
  expect_failures = [var.log_retention_days]
}

run "n2_network_policies_are_enforced" {
  command = plan

  assert {
    condition     = jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values).enableNetworkPolicy == "true"
    error_message = "Without enableNetworkPolicy, NetworkPolicies do nothing."
  }
}

run "p6_n6_prefix_delegation" {
  command = plan

  assert {
    condition     = jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values).env.ENABLE_PREFIX_DELEGATION == "true"
    error_message = "Nodes get prefixes."
  }
  assert {
    condition = (
      jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values).env.MINIMUM_IP_TARGET == "16" &&
      tonumber(jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values).env.WARM_IP_TARGET) < 16
    )
    error_message = "A node with few pods takes one prefix of 16, not a spare one too."
  }
}

run "p6_prefix_delegation_off" {
  command = plan
  variables {
    prefix_delegation = false
  }
  assert {
    condition     = jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values).env.ENABLE_PREFIX_DELEGATION == "false"
    error_message = "The switch reaches the CNI."
  }
}

run "inventory_17_p8_system_nodes" {
  command = plan

  assert {
    condition     = aws_eks_node_group.system.capacity_type == "ON_DEMAND" && aws_eks_node_group.system.scaling_config[0].min_size == 2
    error_message = "Two on-demand nodes at least."
  }
  assert {
    condition     = aws_eks_node_group.system.subnet_ids == toset(var.private_subnet_ids)
    error_message = "The system nodes spread over all zones."
  }
  assert {
    condition     = aws_eks_node_group.system.ami_type == "AL2023_ARM_64_STANDARD"
    error_message = "The image has the nodes' architecture."
  }
  assert {
    condition     = jsondecode(aws_eks_addon.after_nodes["coredns"].configuration_values).nodeSelector == { "pingvas.io/pool" = "system" }
    error_message = "CoreDNS stays off spot nodes."
  }
  assert {
    condition     = aws_eks_node_group.system.labels == tomap({ "pingvas.io/pool" = "system" })
    error_message = "The nodes carry the label that CoreDNS selects."
  }
}

run "p8_refuses_spot" {
  command = plan
  variables {
    system_nodes = merge(var.system_nodes, { capacity_type = "spot" })
  }
  expect_failures = [var.system_nodes]
}

run "p6_refuses_small_nodes" {
  command = plan
  variables {
    system_nodes = merge(var.system_nodes, { instance_types = ["t4g.medium"] })
  }
  expect_failures = [var.system_nodes]
}

run "p10_refuses_types_of_another_architecture" {
  command = plan
  variables {
    system_nodes = merge(var.system_nodes, { instance_types = ["m7g.large", "m7i.large"] })
  }
  expect_failures = [var.system_nodes]
}

run "p8_refuses_one_node" {
  command = plan
  variables {
    system_nodes = merge(var.system_nodes, { minimum = 1 })
  }
  expect_failures = [var.system_nodes]
}

run "p8_refuses_more_than_the_maximum" {
  command = plan
  variables {
    system_nodes = merge(var.system_nodes, { desired = 4 })
  }
  expect_failures = [var.system_nodes]
}

run "refuses_a_disk_that_images_fill" {
  command = plan
  variables {
    system_nodes = merge(var.system_nodes, { disk_gb = 8 })
  }
  expect_failures = [var.system_nodes]
}

run "p8_refuses_one_zone" {
  command = plan
  variables {
    private_subnet_ids = ["subnet-a"]
  }
  expect_failures = [var.private_subnet_ids]
}

run "n3_n4_a_group_per_environment" {
  command = plan

  assert {
    condition     = keys(aws_security_group.nodes) == ["dev", "prod"] && aws_security_group.nodes["dev"].name != aws_security_group.nodes["prod"].name
    error_message = "Each environment's nodes have a group of their own."
  }
  assert {
    condition     = alltrue([for environment, group in aws_security_group.nodes : group.tags["Environment"] == environment && group.tags["karpenter.sh/discovery"] == var.name])
    error_message = "Karpenter finds a group by cluster and environment."
  }
  assert {
    condition     = alltrue([for group in aws_security_group.nodes : !contains(keys(group.tags), "kubernetes.io/cluster/${var.name}")])
    error_message = "Only the cluster's own group may carry the cluster tag (correction N4)."
  }
}

run "n13_addons_have_roles_of_their_own" {
  command = plan

  assert {
    condition     = !contains(keys(aws_iam_role_policy_attachment.system_nodes), "AmazonEKS_CNI_Policy")
    error_message = "Nodes must not hold the CNI's permissions."
  }
  assert {
    condition = alltrue([
      for name, document in data.aws_iam_policy_document.addon_trust : anytrue([
        for condition in document.statement[0].condition :
        condition.variable == "aws:RequestTag/eks-cluster-arn" && condition.values == tolist([aws_eks_cluster.this.arn])
      ])
    ])
    error_message = "Only pods of this cluster may take an add-on's role."
  }
  assert {
    condition     = [for association in aws_eks_addon.before_nodes["vpc-cni"].pod_identity_association : association.service_account] == ["aws-node"]
    error_message = "The CNI takes its role by Pod Identity."
  }
  assert {
    condition     = endswith(aws_iam_role_policy_attachment.addons["ebs-csi"].policy_arn, "/AmazonEBSCSIDriverPolicyV2")
    error_message = "The EBS driver may touch its own volumes only."
  }
  assert {
    condition = one([
      for statement in data.aws_iam_policy_document.efs_csi[0].statement :
      statement.resources == toset(var.file_system_arns) && one(statement.condition).variable == "elasticfilesystem:AccessPointArn"
      if contains(statement.actions, "elasticfilesystem:ClientMount")
    ])
    error_message = "The EFS driver mounts the platform's file system only, by its access points."
  }
}

run "no_role_for_an_addon_that_is_not_there" {
  command = plan
  variables {
    optional_addons = []
  }
  assert {
    condition     = keys(aws_iam_role.addons) == ["ebs-csi", "vpc-cni"]
    error_message = "No EFS driver, no role for it."
  }
  assert {
    condition     = keys(aws_eks_addon.after_nodes) == ["aws-ebs-csi-driver", "coredns"]
    error_message = "The required add-ons are always there."
  }
}

run "pinned_addon_version" {
  command = plan
  variables {
    addon_versions = { "vpc-cni" = "v1.21.1-eksbuild.1", "kube-proxy" = null }
  }
  assert {
    condition     = aws_eks_addon.before_nodes["vpc-cni"].addon_version == "v1.21.1-eksbuild.1"
    error_message = "A pinned version is used."
  }
}

run "refuses_versions_of_unknown_addons" {
  command = plan
  variables {
    addon_versions = { "snapshot-controller" = "v8.3.0-eksbuild.1" }
  }
  expect_failures = [var.addon_versions]
}
