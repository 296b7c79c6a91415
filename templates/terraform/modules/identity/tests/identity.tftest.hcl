mock_provider "aws" {
  override_during = plan

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { region = "us-east-1" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/made" }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/made" }
  }
}

variables {
  name            = "pingvas"
  cluster_name    = "pingvas-shared-eks"
  cluster_arn     = "arn:aws:eks:us-east-1:123456789012:cluster/pingvas-shared-eks"
  oidc_issuer_url = "https://oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF"
  environments = {
    dev = {
      namespace             = "dev"
      images_bucket_arn     = "arn:aws:s3:::pingvas-dev-images"
      key_arn               = "arn:aws:kms:us-east-1:123456789012:key/dev"
      secret_arns           = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:pingvas/dev/database-app-a"]
      publishes_checkpoints = false
    }
    prod = {
      namespace             = "prod"
      images_bucket_arn     = "arn:aws:s3:::pingvas-prod-images"
      key_arn               = "arn:aws:kms:us-east-1:123456789012:key/prod"
      secret_arns           = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:pingvas/prod/database-app-a"]
      publishes_checkpoints = true
    }
  }
  platform_secret_arns   = { monitoring = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:pingvas/shared/slack-a"] }
  checkpoints_bucket_arn = "arn:aws:s3:::pingvas-models-shared"
  shared_key_arn         = "arn:aws:kms:us-east-1:123456789012:key/shared"
  logs_bucket_arn        = "arn:aws:s3:::pingvas-logs-shared"
  log_group_arns         = ["arn:aws:logs:us-east-1:123456789012:log-group:/pingvas/dev/services"]
  target_group_arns      = ["arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/pingvas-dev-user/1"]
  repository_arns        = ["arn:aws:ecr:us-east-1:123456789012:repository/pingvas/user"]
  github = {
    repository = "Pinksea-AI/InvokeAI"
    environments = {
      dev  = { environment = "development", may_upload = true }
      prod = { environment = "production", may_upload = false }
    }
  }
}

run "n13_a_role_for_who_calls_aws_and_no_other" {
  command = plan

  assert {
    condition = keys(aws_iam_role.pods) == [
      "cloudwatch-exporter", "dev/gallery", "dev/model", "dev/worker", "fluent-bit", "load-balancer-controller",
      "prod/gallery", "prod/model", "prod/worker",
    ]
    error_message = "user, payment and generation call no AWS service and get no role."
  }
  assert {
    condition     = keys(aws_eks_pod_identity_association.pods) == keys(aws_iam_role.pods)
    error_message = "Each role has its association."
  }
  assert {
    condition     = alltrue([for role in concat(values(aws_iam_role.pods), values(aws_iam_role.secrets), values(aws_iam_role.github)) : length(role.name) <= 64])
    error_message = "IAM takes names of 64."
  }
}

run "n13_one_service_account_of_one_cluster" {
  command = plan

  assert {
    condition = alltrue([
      for role, document in data.aws_iam_policy_document.pod_trust :
      { for condition in document.statement[0].condition : condition.variable => condition.values[0] } == {
        "aws:RequestTag/eks-cluster-arn"            = var.cluster_arn
        "aws:RequestTag/kubernetes-namespace"       = aws_eks_pod_identity_association.pods[role].namespace
        "aws:RequestTag/kubernetes-service-account" = aws_eks_pod_identity_association.pods[role].service_account
      }
    ])
    error_message = "A role is for the account that it is associated with, and no other."
  }
  assert {
    condition     = aws_eks_pod_identity_association.pods["prod/gallery"].namespace == "prod" && aws_eks_pod_identity_association.pods["prod/gallery"].service_account == "gallery"
    error_message = "The service account is called as the service."
  }
}

run "n13_no_wildcard_actions" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for document in concat(
        values(data.aws_iam_policy_document.gallery), values(data.aws_iam_policy_document.worker), values(data.aws_iam_policy_document.model),
        values(data.aws_iam_policy_document.secrets), values(data.aws_iam_policy_document.github),
        [data.aws_iam_policy_document.load_balancer_controller, data.aws_iam_policy_document.fluent_bit, data.aws_iam_policy_document.cloudwatch_exporter],
      ) : [for statement in document.statement : [for action in statement.actions : !strcontains(action, "*")]]
    ]))
    error_message = "Every action is named."
  }
  assert {
    condition = alltrue(flatten([
      for document in concat(
        values(data.aws_iam_policy_document.gallery), values(data.aws_iam_policy_document.worker), values(data.aws_iam_policy_document.model),
        values(data.aws_iam_policy_document.secrets), [data.aws_iam_policy_document.fluent_bit],
      ) : [for statement in document.statement : !contains(statement.resources, "*")]
    ]))
    error_message = "Every resource is named where AWS can scope it."
  }
}

run "n3_environments_are_apart" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for documents in [data.aws_iam_policy_document.gallery, data.aws_iam_policy_document.worker, data.aws_iam_policy_document.model, {
        for name, document in data.aws_iam_policy_document.secrets : trimsuffix(name, "/secrets") => document if contains(["dev/secrets", "prod/secrets"], name)
        }] : [
        for environment, document in documents : [
          for statement in document.statement : [
            for resource in statement.resources : !strcontains(resource, environment == "dev" ? "prod" : "dev")
          ]
        ]
      ]
    ]))
    error_message = "Nobody reaches a bucket, key or secret of the other environment."
  }
}

run "n3_inventory_41_only_prod_publishes_checkpoints" {
  command = plan

  assert {
    condition     = !contains(flatten([for statement in data.aws_iam_policy_document.model["dev"].statement : tolist(statement.actions)]), "s3:PutObject")
    error_message = "dev must not replace what prod serves."
  }
  assert {
    condition     = contains(flatten([for statement in data.aws_iam_policy_document.model["prod"].statement : tolist(statement.actions)]), "s3:PutObject")
    error_message = "Somebody has to publish."
  }
}

run "inventory_43_worker_writes_pictures_and_deletes_handovers_only" {
  command = plan

  assert {
    condition = flatten([
      for statement in data.aws_iam_policy_document.worker["prod"].statement : tolist(statement.resources) if contains(statement.actions, "s3:PutObject")
    ]) == ["arn:aws:s3:::pingvas-prod-images/images/*"]
    error_message = "Pictures go to the environment's own bucket."
  }
  assert {
    condition = flatten([
      for statement in data.aws_iam_policy_document.worker["prod"].statement : tolist(statement.resources) if contains(statement.actions, "s3:DeleteObject")
    ]) == ["arn:aws:s3:::pingvas-prod-images/images/*/handover.safetensors"]
    error_message = "A worker can delete no picture."
  }
  assert {
    condition = anytrue([
      for statement in data.aws_iam_policy_document.worker["prod"].statement :
      contains(statement.actions, "s3:ListBucket") && length(statement.condition) == 0 &&
      contains(statement.resources, "arn:aws:s3:::pingvas-prod-images") && contains(statement.resources, var.checkpoints_bucket_arn)
    ])
    error_message = "Without an unconditional ListBucket a missing hand-over reads as a refusal."
  }
}

run "inventory_39_40_gallery_writes_what_it_makes" {
  command = plan

  assert {
    condition = toset(flatten([
      for statement in data.aws_iam_policy_document.gallery["dev"].statement : tolist(statement.resources) if contains(statement.actions, "s3:PutObject")
    ])) == toset([for prefix in ["thumbnails", "uploads", "exports"] : "arn:aws:s3:::pingvas-dev-images/${prefix}/*"])
    error_message = "The gallery can replace no picture."
  }
  assert {
    condition     = contains(flatten([for statement in data.aws_iam_policy_document.gallery["dev"].statement : tolist(statement.actions)]), "s3:ListBucketMultipartUploads")
    error_message = "Parts of an earlier try are found and dropped."
  }
}

run "keys_open_through_their_service_only" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for document in concat(
        values(data.aws_iam_policy_document.gallery), values(data.aws_iam_policy_document.worker), values(data.aws_iam_policy_document.model),
        values(data.aws_iam_policy_document.secrets),
        ) : [
        for statement in document.statement : [for condition in statement.condition : condition.variable] == ["kms:ViaService"]
        if contains(statement.actions, "kms:Decrypt")
      ]
    ]))
    error_message = "No program decrypts by itself."
  }
}

run "n4_load_balancer_controller_only_binds_targets" {
  command = plan

  assert {
    condition = toset(flatten([for statement in data.aws_iam_policy_document.load_balancer_controller.statement : tolist(statement.actions)])) == toset([
      "elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets",
      "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth",
      "ec2:DescribeVpcs", "ec2:DescribeSecurityGroups",
    ])
    error_message = "Terraform owns load balancer, groups and rules."
  }
  assert {
    condition = one(flatten([
      for statement in data.aws_iam_policy_document.load_balancer_controller.statement : tolist(statement.resources)
      if contains(statement.actions, "elasticloadbalancing:RegisterTargets")
    ])) == var.target_group_arns[0]
    error_message = "Only the platform's own target groups."
  }
}

run "d11_inventory_42_59_fluent_bit_makes_no_log_group" {
  command = plan

  assert {
    condition     = !contains(flatten([for statement in data.aws_iam_policy_document.fluent_bit.statement : tolist(statement.actions)]), "logs:CreateLogGroup")
    error_message = "A group that Fluent Bit made would keep everything for ever."
  }
  assert {
    condition = flatten([
      for statement in data.aws_iam_policy_document.fluent_bit.statement : tolist(statement.resources) if contains(statement.actions, "s3:PutObject")
    ]) == ["arn:aws:s3:::pingvas-logs-shared/fluent-bit/*"]
    error_message = "Logs lie under their prefix."
  }
}

run "n12_inventory_55_57_secrets_by_namespace" {
  command = plan

  assert {
    condition     = keys(aws_iam_role.secrets) == ["dev/secrets", "monitoring/secrets", "prod/secrets"]
    error_message = "A reader per namespace."
  }
  assert {
    condition = alltrue([
      for reader, document in data.aws_iam_policy_document.secrets_trust :
      { for condition in document.statement[0].condition : condition.variable => condition.values[0] } == {
        "oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF:aud" = "sts.amazonaws.com"
        "oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF:sub" = "system:serviceaccount:${trimsuffix(reader, "/secrets")}:external-secrets"
      }
    ])
    error_message = "Only the namespace's own account opens its secrets."
  }
  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.secrets["monitoring/secrets"].statement :
      toset(statement.resources) == toset(contains(statement.actions, "kms:Decrypt") ? [var.shared_key_arn] : var.platform_secret_arns["monitoring"])
    ])
    error_message = "The platform's namespace reads the platform's secrets."
  }
}

run "g4_n13_github_environments" {
  command = plan

  assert {
    condition = { for role, document in data.aws_iam_policy_document.github_trust : role => one(flatten([
      for condition in document.statement[0].condition : tolist(condition.values) if condition.test == "StringEquals" && endswith(condition.variable, ":sub")
      ])) } == {
      dev  = "repo:Pinksea-AI/InvokeAI:environment:development"
      prod = "repo:Pinksea-AI/InvokeAI:environment:production"
    }
    error_message = "One repository and one environment per role; pull requests get none."
  }
  assert {
    condition = alltrue([
      for document in data.aws_iam_policy_document.github_trust : anytrue([
        for condition in document.statement[0].condition : endswith(condition.variable, ":aud") && condition.values == tolist(["sts.amazonaws.com"])
      ])
    ])
    error_message = "The token must be for AWS."
  }
  assert {
    condition     = contains(flatten([for statement in data.aws_iam_policy_document.github["dev"].statement : tolist(statement.actions)]), "ecr:UploadLayerPart")
    error_message = "A merge to develop pushes."
  }
  assert {
    condition     = !contains(flatten([for statement in data.aws_iam_policy_document.github["prod"].statement : tolist(statement.actions)]), "ecr:UploadLayerPart")
    error_message = "A release tags what develop built."
  }
  assert {
    condition = alltrue(flatten([
      for document in data.aws_iam_policy_document.github : [
        for statement in document.statement : statement.resources == toset(var.repository_arns) if !contains(statement.actions, "ecr:GetAuthorizationToken")
      ]
    ]))
    error_message = "Only the platform's repositories."
  }
}

run "g4_subjects_with_ids" {
  command = plan
  variables {
    github = {
      repository    = "Pinksea-AI/InvokeAI"
      owner_id      = "123456"
      repository_id = "456789"
      provider_arn  = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
      environments  = { dev = { environment = "development", may_upload = true } }
    }
  }
  assert {
    condition = one(flatten([
      for condition in data.aws_iam_policy_document.github_trust["dev"].statement[0].condition : tolist(condition.values) if endswith(condition.variable, ":sub")
    ])) == "repo:Pinksea-AI@123456/InvokeAI@456789:environment:development"
    error_message = "With ids the subject names them, and only them."
  }
  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "An account takes one provider of GitHub."
  }
  assert {
    condition     = one(one(data.aws_iam_policy_document.github_trust["dev"].statement[0].principals).identifiers) == var.github.provider_arn
    error_message = "The roles trust the provider that is there."
  }
}

run "without_github" {
  command = plan
  variables {
    github = null
  }
  assert {
    condition     = length(aws_iam_role.github) == 0 && length(aws_iam_openid_connect_provider.github) == 0
    error_message = "No repository, no roles."
  }
}

run "g4_refuses_any_repository_of_an_owner" {
  command = plan
  variables {
    github = { repository = "Pinksea-AI/*", environments = {} }
  }
  expect_failures = [var.github]
}

run "g4_refuses_any_environment" {
  command = plan
  variables {
    github = { repository = "Pinksea-AI/InvokeAI", environments = { dev = { environment = "*", may_upload = true } } }
  }
  expect_failures = [var.github]
}

run "g4_refuses_half_an_identity" {
  command = plan
  variables {
    github = { repository = "Pinksea-AI/InvokeAI", repository_id = "456789", environments = {} }
  }
  expect_failures = [var.github]
}

run "n3_refuses_a_shared_namespace" {
  command = plan
  variables {
    environments = { for name, each in var.environments : name => merge(each, { namespace = "apps" }) }
  }
  expect_failures = [var.environments]
}

run "n3_refuses_environments_among_the_platforms_namespaces" {
  command = plan
  variables {
    platform_secret_arns = { prod = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:pingvas/shared/slack-a"] }
  }
  expect_failures = [var.platform_secret_arns]
}

run "refuses_a_namespace_without_secrets" {
  command = plan
  variables {
    platform_secret_arns = { monitoring = [] }
  }
  expect_failures = [var.platform_secret_arns]
}

run "refuses_a_namespace_that_makes_role_names_too_long" {
  command = plan
  variables {
    platform_secret_arns = { a-namespace-of-24-signs = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:pingvas/shared/slack-a"] }
  }
  expect_failures = [var.platform_secret_arns]
}
