"""Users of ElastiCache through boto3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pingvas_cli.adapters.aws_session import AwsClient, AwsSession, speaking
from pingvas_cli.ports.cache_users import CacheUser

ABSENT: Final = frozenset({"UserNotFound", "UserNotFoundFault"})


@dataclass(frozen=True)
class ElastiCacheUsers:
    """The users of one account and region."""

    session: AwsSession

    def user(self, user_id: str) -> CacheUser | None:
        from botocore.exceptions import ClientError

        with speaking(f"elasticache DescribeUsers {user_id}"):
            try:
                found = self._client.describe_users(UserId=user_id)["Users"]
            except ClientError as error:
                if error.response["Error"]["Code"] in ABSENT:
                    return None
                raise
            return _user(found[0]) if found else None

    def let_in(self, user_id: str, access_string: str, password: str) -> None:
        with speaking(f"elasticache ModifyUser {user_id}"):
            self._client.modify_user(
                UserId=user_id,
                AccessString=access_string,
                AuthenticationMode={"Type": "password", "Passwords": [password]},
            )

    @property
    def _client(self) -> AwsClient:
        return self.session.client("elasticache")


def _user(found: dict[str, Any]) -> CacheUser:
    signs_in = found.get("Authentication", {})
    return CacheUser(
        id=str(found["UserId"]),
        access_string=str(found["AccessString"]),
        has_password=signs_in.get("Type") == "password" and signs_in.get("PasswordCount", 0) > 0,
        settled=found.get("Status") == "active",
    )
