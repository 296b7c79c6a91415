mock_provider "aws" {}

variables {
  name            = "pingvas"
  environments    = ["dev", "prod"]
  per_environment = ["database-app", "redis-services", "signing-key", "image-url-key", "oauth-client", "lemon-squeezy"]
  shared          = ["pagerduty", "slack", "grafana", "argocd", "github"]
  key_arns = {
    dev    = "arn:aws:kms:us-east-1:111122223333:key/dev"
    prod   = "arn:aws:kms:us-east-1:111122223333:key/prod"
    shared = "arn:aws:kms:us-east-1:111122223333:key/shared"
  }
}

run "inventory_57_secrets_per_environment" {
  command = plan

  assert {
    condition = length(setsubtract([
      "dev/database-app", "prod/database-app", "dev/redis-services", "prod/signing-key", "prod/oauth-client", "prod/lemon-squeezy",
    ], keys(output.secret_arns))) == 0
    error_message = "Database, Redis, signing, OAuth and Lemon Squeezy secrets are there for each environment."
  }
  assert {
    condition     = length(output.secret_arns) == 17
    error_message = "Six for each environment and five shared."
  }
  assert {
    condition     = output.secret_names["dev/database-app"] == "pingvas/dev/database-app"
    error_message = "Names begin with the platform and the environment."
  }
}

run "n12_platform_secrets" {
  command = plan

  assert {
    condition     = length(setsubtract(["shared/pagerduty", "shared/slack", "shared/grafana", "shared/argocd", "shared/github"], keys(output.secret_arns))) == 0
    error_message = "PagerDuty, Slack, Grafana, Argo CD and GitHub have secrets."
  }
}

run "n3_each_under_the_key_of_its_environment" {
  command = plan

  assert {
    condition = alltrue([
      for path, secret in aws_secretsmanager_secret.this : secret.kms_key_id == var.key_arns[split("/", path)[0]]
    ])
    error_message = "Whoever reads dev's secrets decrypts none of prod."
  }
  assert {
    condition = alltrue([
      for path, secret in aws_secretsmanager_secret.this :
      lookup(secret.tags, "Environment", "shared") == split("/", path)[0]
    ])
    error_message = "The tag says whose it is."
  }
}

run "inventory_57_deleted_secrets_can_come_back" {
  command = plan

  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.this : secret.recovery_window_in_days == 7])
    error_message = "Seven days."
  }
}

run "d10_no_copy_by_default" {
  command = plan

  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.this : length(secret.replica) == 0])
    error_message = "One region."
  }
}

run "d10_copies_in_the_second_region" {
  command = plan

  variables {
    replica = {
      region = "us-west-2"
      key_arns = {
        dev    = "arn:aws:kms:us-west-2:111122223333:key/dev2"
        prod   = "arn:aws:kms:us-west-2:111122223333:key/prod2"
        shared = "arn:aws:kms:us-west-2:111122223333:key/shared2"
      }
    }
  }

  assert {
    condition = alltrue([
      for path, secret in aws_secretsmanager_secret.this :
      one(secret.replica).region == "us-west-2" && one(secret.replica).kms_key_id == var.replica.key_arns[split("/", path)[0]]
    ])
    error_message = "Each secret has a copy under the second region's own key."
  }
}

run "refuses_an_environment_without_a_key" {
  command = plan

  variables {
    key_arns = { dev = "arn:aws:kms:us-east-1:111122223333:key/dev", shared = "arn:aws:kms:us-east-1:111122223333:key/shared" }
  }

  expect_failures = [var.key_arns]
}

run "refuses_a_copy_without_keys" {
  command = plan

  variables {
    replica = { region = "us-west-2", key_arns = {} }
  }

  expect_failures = [var.replica]
}

run "refuses_names_with_slashes" {
  command = plan

  variables {
    per_environment = ["database/app"]
  }

  expect_failures = [var.per_environment]
}

run "refuses_a_recovery_window_that_aws_refuses" {
  command = plan

  variables {
    recovery_days = 3
  }

  expect_failures = [var.recovery_days]
}
