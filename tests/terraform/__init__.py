"""The rendered roots and every module, judged by Terraform itself: `nox -s terraform`.

`TERRAFORM_OFFLINE` names the folder of a stand-in for the AWS provider, which needs no network and
no account; without it the real provider comes from the registry, and nothing is planned.
"""
