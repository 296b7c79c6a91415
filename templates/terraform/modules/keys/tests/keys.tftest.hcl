mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "us-east-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  name         = "pingvas"
  environments = ["dev", "prod"]
}

run "n3_a_key_per_environment_and_one_shared" {
  command = plan

  assert {
    condition     = toset(keys(output.key_arns)) == toset(["dev", "prod", "shared"])
    error_message = "dev, prod and shared each have a key."
  }
  assert {
    condition     = aws_kms_alias.this["prod"].name == "alias/pingvas-prod"
    error_message = "Each key has an alias that people can read."
  }
  assert {
    condition     = aws_kms_key.this["dev"].tags["Environment"] == "dev" && !contains(keys(aws_kms_key.this["shared"].tags), "Environment")
    error_message = "Environment keys say whose they are."
  }
}

run "inventory_51_rotation_and_a_way_back" {
  command = plan

  assert {
    condition = alltrue([
      for key in aws_kms_key.this :
      key.enable_key_rotation && key.rotation_period_in_days == 365 && key.deletion_window_in_days == 30
    ])
    error_message = "Keys rotate each year and can come back for 30 days."
  }
}

run "n11_cloudfront_decrypts_with_environment_keys_only" {
  command = plan

  assert {
    condition = alltrue([
      for environment in ["dev", "prod"] : anytrue([
        for statement in data.aws_iam_policy_document.this[environment].statement :
        statement.sid == "ImagesByCloudFront" && toset(statement.actions) == toset(["kms:Decrypt"])
        && anytrue([for condition in statement.condition : contains(condition.values, "arn:aws:cloudfront::111122223333:distribution/*")])
      ])
    ])
    error_message = "Distributions of this account read images, and no more."
  }
  assert {
    condition     = !contains(data.aws_iam_policy_document.this["shared"].statement[*].sid, "ImagesByCloudFront")
    error_message = "CloudFront has no business with the shared key."
  }
}

run "n3_environment_keys_serve_nobody_else" {
  command = plan

  assert {
    condition = alltrue([
      for environment in ["dev", "prod"] :
      toset(data.aws_iam_policy_document.this[environment].statement[*].sid) == toset(["AccountByIam", "LogGroups", "ImagesByCloudFront"])
    ])
    error_message = "Notices and volumes use the shared key."
  }
}

run "every_statement_is_bound_to_this_account" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for document in data.aws_iam_policy_document.this : [
        for statement in document.statement : anytrue(concat(
          [for condition in statement.condition : strcontains(join(",", condition.values), "111122223333")],
          [for principal in statement.principals : strcontains(join(",", principal.identifiers), "111122223333")],
        ))
      ]
    ]))
    error_message = "No other account gets at the keys."
  }
}

run "d11_log_groups_use_the_keys" {
  command = plan

  assert {
    condition = alltrue([
      for document in data.aws_iam_policy_document.this : anytrue([
        for statement in document.statement :
        statement.sid == "LogGroups" && anytrue([for principal in statement.principals : contains(principal.identifiers, "logs.us-east-1.amazonaws.com")])
      ])
    ])
    error_message = "CloudWatch Logs of this region may encrypt."
  }
}

run "anybody_comes_by_ec2_only" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for document in data.aws_iam_policy_document.this : [
        for statement in document.statement : contains([for condition in statement.condition : condition.variable], "kms:ViaService")
        if anytrue([for principal in statement.principals : contains(principal.identifiers, "*")])
      ]
    ]))
    error_message = "The one statement without a named principal is for volumes, through EC2."
  }
}

run "refuses_an_environment_called_shared" {
  command = plan

  variables {
    environments = ["dev", "shared"]
  }

  expect_failures = [var.environments]
}

run "refuses_a_deletion_window_that_kms_refuses" {
  command = plan

  variables {
    deletion_window_days = 5
  }

  expect_failures = [var.deletion_window_days]
}

run "refuses_rotation_that_kms_refuses" {
  command = plan

  variables {
    rotation_days = 30
  }

  expect_failures = [var.rotation_days]
}
