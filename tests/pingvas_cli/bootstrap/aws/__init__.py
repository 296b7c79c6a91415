"""Tests of the target `aws` on fakes of Terraform and AWS."""
