terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.69.1"
    }
  }
}

locals {
  tags = merge(var.tags, {
    "pingvas:platform" = var.platform.name
    "pingvas:managed"  = "terraform"
  })
}

provider "aws" {
  region              = var.platform.region
  allowed_account_ids = [var.platform.account_id]

  default_tags {
    tags = local.tags
  }
}
