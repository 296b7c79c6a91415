"""Secrets Manager through boto3. Values are arguments and answers, and stand in no error."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import uuid4

from pingvas_cli.adapters.aws_session import AwsSession, speaking
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.secret_store import SecretVersion

ABSENT: Final = "ResourceNotFoundException"


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
                if error.response["Error"]["Code"] == ABSENT:
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

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        return self.session.client("secretsmanager")
