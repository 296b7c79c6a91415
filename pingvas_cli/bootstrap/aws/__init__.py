"""The target `aws`: Terraform first, then what only AWS's APIs may be told."""
