# Adopts the bucket that bootstrap made before there was a state, so that Terraform keeps its settings.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.55.0, < 7.0.0"
    }
  }

  backend "s3" {
    bucket              = "pingvas-terraform-state-123456789012"
    key                 = "state_backend/terraform.tfstate"
    region              = "us-east-1"
    encrypt             = true
    use_lockfile        = true
    allowed_account_ids = ["123456789012"]
  }
}

provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["123456789012"]

  default_tags {
    tags = {
      "pingvas:platform" = "pingvas"
      "pingvas:managed"  = "terraform"
    }
  }
}

import {
  to = module.state_backend.aws_s3_bucket.this
  id = "pingvas-terraform-state-123456789012"
}

module "state_backend" {
  source = "../modules/state_backend"

  bucket_name = "pingvas-terraform-state-123456789012"
}

output "bucket" {
  description = "The bucket of Terraform's state."
  value       = module.state_backend.bucket
}
