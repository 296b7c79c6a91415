"""Words of bootstrap on AWS, in English."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {
    "bucket_of_other": (
        "The bucket {bucket} does not belong to the account {account_id}, or must not be seen.",
        "Sign in to the account of the configuration with rights on its buckets; if a stranger "
        "has the name, choose another `platform.name`.",
    ),
    "secret_absent": (
        "There is no secret {secret}, so no value can be kept in it.",
        "Run `pingvas bootstrap --target aws` from the start: Terraform makes the secrets.",
    ),
}
