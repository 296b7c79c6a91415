"""The bucket of Terraform's state through S3's API; no state could describe where it lies itself.

Every call but its creation names the account that must own it, so no stranger's is told anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from pingvas_cli.adapters.aws_session import AwsClient, AwsSession, speaking
from pingvas_cli.errors import Refused
from pingvas_cli.ports.state_bucket import Guard, StateBucketState

FIRST_REGION: Final = "us-east-1"  # the one that S3 must not be told when a bucket is made
NOT_PUBLIC: Final = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
ENCRYPTED: Final = {
    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}],
}
# A broken state is mended by an older version; each run leaves a deleted lock behind.
LIFECYCLE: Final[Mapping[str, Any]] = {
    "ID": "old-states",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 90, "NewerNoncurrentVersions": 20},
    "Expiration": {"ExpiredObjectDeleteMarker": True},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
}
OWNED: Final = "BucketOwnerEnforced"
CIPHERS: Final = frozenset({"AES256", "aws:kms", "aws:kms:dsse"})
OF_OTHERS: Final = frozenset({"403", "Forbidden", "BucketAlreadyExists"})
ABSENT: Final = frozenset({"404", "NoSuchBucket", "NotFound"})
# What S3 answers for a setting that was never made.
UNSET: Final = frozenset(
    {
        *("NoSuchPublicAccessBlockConfiguration", "NoSuchBucketPolicy", "NoSuchTagSet"),
        "NoSuchLifecycleConfiguration",
        *("ServerSideEncryptionConfigurationNotFoundError", "OwnershipControlsNotFoundError"),
    }
)


@dataclass(frozen=True)
class S3StateBucket:
    """The bucket `name` of `account_id`; `partition` is `aws` but for China and government."""

    session: AwsSession
    name: str
    account_id: str
    tags: Mapping[str, str]
    partition: str = "aws"

    def state(self) -> StateBucketState:
        if not self._exists():
            return StateBucketState(exists=False)
        with speaking(f"s3 {self.name}"):
            lacking = tuple(guard for guard, has in self._judges.items() if not self._told(has))
        return StateBucketState(exists=True, lacking=lacking)

    def make(self) -> None:
        if not self._exists():
            self._create()
        with speaking(f"s3 {self.name}"):
            for set_up in self._makers.values():
                set_up()

    @property
    def _s3(self) -> AwsClient:
        return self.session.client("s3")

    @property
    def _place(self) -> Mapping[str, str]:
        return {"Bucket": self.name, "ExpectedBucketOwner": self.account_id}

    @property
    def _judges(self) -> Mapping[Guard, Callable[[], bool]]:
        return {
            Guard.VERSIONS: self._is_versioned,
            Guard.ENCRYPTION: self._is_encrypted,
            Guard.NOT_PUBLIC: self._is_closed,
            Guard.OWNED: self._is_owned,
            Guard.TLS: self._is_tls_only,
            Guard.OLD_STATES: self._keeps_old_states,
            Guard.TAGS: self._is_tagged,
        }

    @property
    def _makers(self) -> Mapping[Guard, Callable[[], object]]:
        s3, place = self._s3, self._place
        return {
            Guard.NOT_PUBLIC: lambda: s3.put_public_access_block(
                **place, PublicAccessBlockConfiguration=NOT_PUBLIC
            ),
            Guard.OWNED: lambda: s3.put_bucket_ownership_controls(
                **place, OwnershipControls={"Rules": [{"ObjectOwnership": OWNED}]}
            ),
            Guard.VERSIONS: lambda: s3.put_bucket_versioning(
                **place, VersioningConfiguration={"Status": "Enabled"}
            ),
            Guard.ENCRYPTION: lambda: s3.put_bucket_encryption(
                **place, ServerSideEncryptionConfiguration=ENCRYPTED
            ),
            Guard.TLS: lambda: s3.put_bucket_policy(**place, Policy=json.dumps(self._policy())),
            Guard.OLD_STATES: lambda: s3.put_bucket_lifecycle_configuration(
                **place, LifecycleConfiguration={"Rules": [LIFECYCLE]}
            ),
            Guard.TAGS: lambda: s3.put_bucket_tagging(**place, Tagging={"TagSet": self._tag_set()}),
        }

    def _exists(self) -> bool:
        from botocore.exceptions import ClientError

        with speaking(f"s3 HeadBucket {self.name}"):
            try:
                self._s3.head_bucket(**self._place)
            except ClientError as error:
                if _code(error) in ABSENT:
                    return False
                self._refuse_others(error)
                raise
        return True

    def _create(self) -> None:
        from botocore.exceptions import ClientError

        region = self.session.region
        where = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        with speaking(f"s3 CreateBucket {self.name}"):
            try:
                self._s3.create_bucket(
                    Bucket=self.name, **({} if region == FIRST_REGION else where)
                )
            except ClientError as error:
                self._refuse_others(error)
                if _code(error) != "BucketAlreadyOwnedByYou":
                    raise

    def _refuse_others(self, error: Exception) -> None:
        if _code(error) in OF_OTHERS:
            account, bucket = self.account_id, self.name
            raise Refused(
                "bootstrap.bucket_of_other", where=bucket, bucket=bucket, account_id=account
            ) from error

    def _told(self, judge: Callable[[], bool]) -> bool:
        """What a judge says; no for a setting that was never made."""
        from botocore.exceptions import ClientError

        try:
            return judge()
        except ClientError as error:
            if _code(error) in UNSET:
                return False
            raise

    def _is_versioned(self) -> bool:
        return bool(self._s3.get_bucket_versioning(**self._place).get("Status") == "Enabled")

    def _is_encrypted(self) -> bool:
        found = self._s3.get_bucket_encryption(**self._place)
        rules = found["ServerSideEncryptionConfiguration"]["Rules"]
        ciphers = {each["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for each in rules}
        return bool(ciphers) and ciphers <= CIPHERS

    def _is_closed(self) -> bool:
        found = self._s3.get_public_access_block(**self._place)
        return bool(found["PublicAccessBlockConfiguration"] == NOT_PUBLIC)

    def _is_owned(self) -> bool:
        found = self._s3.get_bucket_ownership_controls(**self._place)["OwnershipControls"]["Rules"]
        return [each["ObjectOwnership"] for each in found] == [OWNED]

    def _is_tls_only(self) -> bool:
        """Each of our refusals is there; others' statements beside them are their business."""
        found = json.loads(self._s3.get_bucket_policy(**self._place)["Policy"])["Statement"]
        with suppress(KeyError, TypeError):
            conditions = [each["Condition"] for each in found if each["Effect"] == "Deny"]
            return all(each["Condition"] in conditions for each in self._policy()["Statement"])
        return False

    def _keeps_old_states(self) -> bool:
        """Our rule is there, or another that somebody has chosen for old versions."""
        found = self._s3.get_bucket_lifecycle_configuration(**self._place)["Rules"]
        return any("NoncurrentVersionExpiration" in each for each in found)

    def _is_tagged(self) -> bool:
        found = self._s3.get_bucket_tagging(**self._place)["TagSet"]
        return {each["Key"]: each["Value"] for each in found}.items() >= self.tags.items()

    def _tag_set(self) -> list[dict[str, str]]:
        return [{"Key": name, "Value": value} for name, value in sorted(self.tags.items())]

    def _policy(self) -> dict[str, Any]:
        arn = f"arn:{self.partition}:s3:::{self.name}"
        conditions = {
            "DenyPlainHttp": {"Bool": {"aws:SecureTransport": "false"}},
            "DenyOldTls": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        }
        statements = [
            {
                "Sid": name,
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": condition,
            }
            for name, condition in conditions.items()
        ]
        return {"Version": "2012-10-17", "Statement": statements}


def _code(error: Any) -> str:  # noqa: ANN401 - botocore's error, whose answer is untyped
    return str(error.response.get("Error", {}).get("Code", ""))
