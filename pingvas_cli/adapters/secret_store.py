"""Secrets Manager through boto3. Values are arguments and answers, and stand in no error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from pingvas_cli.adapters.aws_session import AwsClient, AwsSession, speaking
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.secret_store import SecretVersion, StoredSecret

ABSENT: Final = "ResourceNotFoundException"
NOT_NOW: Final = "InvalidRequestException"
LEAVING: Final = "PendingDeletion"
AWS_KEY: Final = "alias/aws/secretsmanager"
SHORTEST_DAYS: Final = 7


@dataclass(frozen=True)
class AwsSecretStore:
    """The secrets of one account and region."""

    session: AwsSession

    def current(self, name: str) -> SecretVersion | None:
        from botocore.exceptions import ClientError

        with speaking(f"secretsmanager GetSecretValue {name}"):
            try:
                found = self._client.get_secret_value(SecretId=name)
            except ClientError as error:
                if self._has_none(name, error.response["Error"]["Code"]):
                    return None
                raise
            return SecretVersion(str(found["VersionId"]), str(found["SecretString"]))

    def put(self, name: str, value: str) -> None:
        from botocore.exceptions import ClientError

        with speaking(f"secretsmanager PutSecretValue {name}"):
            try:
                self._client.put_secret_value(
                    SecretId=name, SecretString=value, ClientRequestToken=str(uuid4())
                )
            except ClientError as error:
                if error.response["Error"]["Code"] == ABSENT:
                    raise PingvasError(
                        "bootstrap.secret_absent", where=name, secret=name
                    ) from error
                raise

    def stored(self, prefix: str) -> tuple[StoredSecret, ...]:
        with speaking(f"secretsmanager ListSecrets {prefix}"):
            pages = self._client.get_paginator("list_secrets").paginate(
                IncludePlannedDeletion=True, Filters=[{"Key": "name", "Values": [prefix]}]
            )
            found = [_stored(each) for page in pages for each in page["SecretList"]]
        mine = [each for each in found if each.name.startswith(prefix)]
        return tuple(sorted(mine, key=lambda each: each.name))

    def restore(self, names: Sequence[str]) -> None:
        by_key: dict[str, list[str]] = {}
        for name in names:
            with speaking(f"secretsmanager RestoreSecret {name}"):
                self._client.restore_secret(SecretId=name)
                key = str(self._client.describe_secret(SecretId=name).get("KmsKeyId") or "")
            by_key.setdefault(key, []).append(name)
        for key, kept in by_key.items():
            if key:
                self._free(key, kept)

    def remove(self, name: str, recovery_days: int) -> None:
        with speaking(f"secretsmanager DeleteSecret {name}"):
            self._client.delete_secret(SecretId=name, RecoveryWindowInDays=recovery_days)

    def _free(self, key: str, names: Sequence[str]) -> None:
        """Under AWS's own key, when theirs waits for its deletion too: it would take them along."""
        with speaking(f"kms {key}"):
            kms = self.session.client("kms")
            told = kms.describe_key(KeyId=key)["KeyMetadata"]
            if told["KeyState"] != LEAVING:
                return
            kms.cancel_key_deletion(KeyId=key)
            kms.enable_key(KeyId=key)
            try:
                for name in names:
                    self._client.update_secret(SecretId=name, KmsKeyId=AWS_KEY)
            finally:
                kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=SHORTEST_DAYS)

    def _has_none(self, name: str, code: str) -> bool:
        """No such secret, no value in it, or none that may be read before it is brought back."""
        if code == NOT_NOW:
            return "DeletedDate" in self._client.describe_secret(SecretId=name)
        return code == ABSENT

    @property
    def _client(self) -> AwsClient:
        return self.session.client("secretsmanager")


def _stored(told: Mapping[str, Any]) -> StoredSecret:
    return StoredSecret(str(told["Name"]), str(told["ARN"]), deleted="DeletedDate" in told)
