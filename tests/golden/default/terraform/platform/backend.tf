# The state lies in the bucket that bootstrap made; a lock file beside it admits one run at a time.
terraform {
  backend "s3" {
    bucket              = "pingvas-terraform-state-123456789012"
    key                 = "platform/terraform.tfstate"
    region              = "us-east-1"
    encrypt             = true
    use_lockfile        = true
    allowed_account_ids = ["123456789012"]
  }
}
