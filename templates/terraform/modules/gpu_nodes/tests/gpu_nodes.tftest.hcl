mock_provider "aws" {
  override_during = plan

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { region = "us-east-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/made" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/made" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:us-east-1:123456789012:made" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:us-east-1:123456789012:rule/made" }
  }
}

variables {
  cluster_name = "pingvas-shared-eks"
  cluster_arn  = "arn:aws:eks:us-east-1:123456789012:cluster/pingvas-shared-eks"
}

run "p2_p8_interruption_queue" {
  command = plan

  assert {
    condition     = aws_sqs_queue.interruptions.message_retention_seconds == 300 && aws_sqs_queue.interruptions.sqs_managed_sse_enabled
    error_message = "Notices are encrypted, and gone when they are of no use."
  }
  assert {
    condition = [for rule in aws_cloudwatch_event_rule.interruptions : jsondecode(rule.event_pattern)["detail-type"][0]] == [
      "AWS Health Event",
      "EC2 Instance Rebalance Recommendation",
      "EC2 Capacity Reservation Instance Interruption Warning",
      "EC2 Spot Instance Interruption Warning",
      "EC2 Instance State-change Notification",
    ]
    error_message = "Every event that Karpenter 1.14 reads has a rule."
  }
  assert {
    condition     = keys(aws_cloudwatch_event_target.interruptions) == keys(aws_cloudwatch_event_rule.interruptions)
    error_message = "Every rule leads to the queue."
  }
}

run "p8_queue_takes_from_own_rules_over_tls" {
  command = plan

  assert {
    condition = anytrue([
      for statement in data.aws_iam_policy_document.queue.statement : statement.effect == "Deny" && anytrue([
        for condition in statement.condition : condition.variable == "aws:SecureTransport" && condition.values == tolist(["false"])
      ])
    ])
    error_message = "Plain HTTP is denied."
  }
  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.queue.statement : statement.effect == "Deny" || anytrue([
        for condition in statement.condition : condition.variable == "aws:SourceArn" && length(condition.values) == 5
      ])
    ])
    error_message = "Only the module's five rules may send."
  }
}

run "n13_controller_takes_its_role_by_pod_identity" {
  command = plan

  assert {
    condition = { for condition in data.aws_iam_policy_document.controller_trust.statement[0].condition : condition.variable => condition.values[0] } == {
      "aws:RequestTag/eks-cluster-arn"            = var.cluster_arn
      "aws:RequestTag/kubernetes-namespace"       = "kube-system"
      "aws:RequestTag/kubernetes-service-account" = "karpenter"
    }
    error_message = "One service account of one cluster may take the role."
  }
  assert {
    condition     = aws_eks_pod_identity_association.controller.namespace == "kube-system" && aws_eks_pod_identity_association.controller.service_account == "karpenter"
    error_message = "The association names the same account."
  }
}

run "p2_what_karpenter_makes_carries_the_clusters_tags" {
  command = plan

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.lifecycle.statement :
      statement.sid == "AllowScopedEC2InstanceAccessActions" || anytrue([
        for condition in statement.condition :
        endswith(condition.variable, "Tag/kubernetes.io/cluster/pingvas-shared-eks") && condition.values == tolist(["owned"])
      ])
    ])
    error_message = "Whatever Karpenter makes, tags or ends is the cluster's."
  }
  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.lifecycle.statement :
      statement.sid != "AllowScopedEC2InstanceAccessActions" || length(setintersection(statement.resources, local.launched)) == 0
    ])
    error_message = "Without tags, a launch only uses what is there: images, snapshots, groups, subnets, reservations."
  }
  assert {
    condition = one(flatten([
      for statement in data.aws_iam_policy_document.instance_profiles.statement : tolist(statement.resources)
      if contains(statement.actions, "iam:PassRole")
    ])) == aws_iam_role.node.arn
    error_message = "The nodes' role is the only one that is passed on."
  }
  assert {
    condition = alltrue([
      for document in [
        data.aws_iam_policy_document.lifecycle, data.aws_iam_policy_document.instance_profiles, data.aws_iam_policy_document.cluster,
        data.aws_iam_policy_document.interruptions, data.aws_iam_policy_document.discovery,
      ] : alltrue([for statement in document.statement : alltrue([for action in statement.actions : !strcontains(action, "*")])])
    ])
    error_message = "No wildcard actions."
  }
}

run "p2_all_documented_policies_are_attached" {
  command = plan

  assert {
    condition     = keys(aws_iam_role_policy_attachment.controller) == ["cluster", "discovery", "instance-profiles", "interruptions", "lifecycle"]
    error_message = "Each policy is attached to the controller's role."
  }
}

run "inventory_18_to_20_28_nodes_join" {
  command = plan

  assert {
    condition     = aws_eks_access_entry.node.type == "EC2_LINUX" && aws_eks_access_entry.node.cluster_name == var.cluster_name
    error_message = "Karpenter's nodes may join."
  }
  assert {
    condition     = !contains(keys(aws_iam_role_policy_attachment.node), "AmazonEKS_CNI_Policy")
    error_message = "Nodes must not hold the CNI's permissions (correction N13)."
  }
}

run "p4_spot_service_role_only_when_asked_for" {
  command = plan

  assert {
    condition     = length(aws_iam_service_linked_role.spot) == 0
    error_message = "AWS refuses a second one."
  }
}

run "p4_spot_service_role" {
  command = plan
  variables {
    create_spot_service_role = true
  }
  assert {
    condition     = aws_iam_service_linked_role.spot[0].aws_service_name == "spot.amazonaws.com"
    error_message = "Without it the first spot launch fails."
  }
}

run "refuses_notices_that_outlive_their_use" {
  command = plan
  variables {
    queue_retention_seconds = 86400
  }
  expect_failures = [var.queue_retention_seconds]
}

run "refuses_names_that_make_role_names_too_long" {
  command = plan
  variables {
    cluster_name = "a-platform-with-a-name-of-32-let"
  }
  expect_failures = [var.cluster_name]
}
