mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
}

variables {
  name         = "pingvas"
  repositories = ["user", "payment", "generation", "gallery", "model", "worker"]
  key_arn      = "arn:aws:kms:us-east-1:111122223333:key/shared"
}

run "inventory_46_a_repository_per_program" {
  command = plan

  assert {
    condition     = toset(keys(output.repository_urls)) == var.repositories
    error_message = "Five services and the worker."
  }
  assert {
    condition     = aws_ecr_repository.this["worker"].name == "pingvas/worker"
    error_message = "Names begin with the platform."
  }
}

run "d12_g4_immutable_scanned_encrypted" {
  command = plan

  assert {
    condition = alltrue([
      for repository in aws_ecr_repository.this :
      repository.image_tag_mutability == "IMMUTABLE" && one(repository.image_scanning_configuration).scan_on_push
    ])
    error_message = "A tag is written once, and what is pushed is scanned."
  }
  assert {
    condition = alltrue([
      for repository in aws_ecr_repository.this :
      one(repository.encryption_configuration).encryption_type == "KMS" && one(repository.encryption_configuration).kms_key == var.key_arn
    ])
    error_message = "Images are encrypted with our key."
  }
}

run "d12_refuses_tags_that_move" {
  command = plan

  variables {
    immutable_tags = false
  }

  expect_failures = [var.immutable_tags]
}

run "d12_old_images_leave_and_releases_outlast_builds" {
  command = plan

  assert {
    condition = alltrue([
      for policy in aws_ecr_lifecycle_policy.this :
      [for rule in jsondecode(policy.policy).rules : rule.selection.tagStatus] == ["tagged", "untagged", "any"]
    ])
    error_message = "Releases first, so that no later rule reaches them; `any` has to be last."
  }
  assert {
    condition = alltrue([
      for policy in aws_ecr_lifecycle_policy.this :
      [for rule in jsondecode(policy.policy).rules : rule.selection.countNumber] == [50, 7, 50]
    ])
    error_message = "50 releases, 7 days untagged, 50 builds."
  }
  assert {
    condition     = alltrue([for policy in aws_ecr_lifecycle_policy.this : jsondecode(policy.policy).rules[0].selection.tagPatternList == ["v*"]])
    error_message = "Releases are tagged v*."
  }
}

run "d13_images_are_not_deleted_with_their_repository" {
  command = plan

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : !repository.force_delete])
    error_message = "A repository with images cannot be deleted."
  }
}

run "destroy_works_without_protection" {
  command = plan

  variables {
    deletion_protection = false
  }

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : repository.force_delete])
    error_message = "Images go with their repository."
  }
}

run "d10_no_copy_by_default" {
  command = plan

  assert {
    condition     = length(aws_ecr_replication_configuration.this) == 0
    error_message = "The account's registry settings are left alone."
  }
}

run "d10_images_in_the_second_region" {
  command = plan

  variables {
    replica_region = "us-west-2"
  }

  assert {
    condition     = one(one(one(aws_ecr_replication_configuration.this[0].replication_configuration).rule).destination).region == "us-west-2"
    error_message = "Images are copied to the second region."
  }
  assert {
    condition     = one(one(one(aws_ecr_replication_configuration.this[0].replication_configuration).rule).repository_filter).filter == "pingvas/"
    error_message = "This platform's repositories only."
  }
}

run "refuses_too_few_images" {
  command = plan

  variables {
    kept_images = 1
  }

  expect_failures = [var.kept_images]
}

run "refuses_builds_as_releases" {
  command = plan

  variables {
    release_tag_patterns = ["*"]
  }

  expect_failures = [var.release_tag_patterns]
}
