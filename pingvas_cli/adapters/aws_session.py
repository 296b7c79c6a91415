"""Clients of AWS, and the one place where its failures become ours.

Every adapter that speaks to AWS takes its clients from here and works inside `speaking`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pingvas_cli.errors import PingvasError

LONGEST_DETAIL: Final = 300
DENIED: Final = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}
)
REFUSED_CREDENTIALS: Final = frozenset(
    {
        *("AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"),
        *("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSignatureException"),
        *("ExpiredToken", "ExpiredTokenException", "RequestExpired", "IncompleteSignature"),
        *("InvalidToken", "MissingAuthenticationToken", "OptInRequired"),
    }
)
THROTTLED: Final = frozenset(
    {
        *("Throttling", "ThrottlingException", "RequestLimitExceeded"),
        *("TooManyRequestsException", "SlowDown", "PriorRequestNotComplete"),
    }
)
# By name, so that asking does not import botocore; a family is named by its root.
NO_CREDENTIALS: Final = frozenset(
    {
        *("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"),
        *("ProfileNotFound", "ConfigParseError", "ConfigNotFound", "NoAuthTokenError"),
        *("SSOError", "SSOTokenLoadError", "UnauthorizedSSOTokenError", "TokenRetrievalError"),
        *("MetadataRetrievalError", "RefreshWithMFAUnsupportedError", "NoRegionError"),
        *("InfiniteLoopConfigError", "InvalidConfigError", "LoginError"),
    }
)
# What botocore's parsers and ours meet in an answer of another shape.
UNFORESEEN: Final = (AttributeError, LookupError, TypeError, ValueError)
UNREACHABLE: Final = frozenset({"HTTPClientError", "ConnectionError"})


@dataclass(frozen=True)
class AwsSession:
    """Clients of one region; `endpoint` stands for all of AWS where there is one."""

    region: str
    endpoint: str | None = None
    attempts: int = 3

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        """A client that gives up soon: what is asked here must not keep a person waiting."""
        from botocore.config import Config

        retries: Any = {"mode": "standard", "max_attempts": self.attempts}
        config = Config(connect_timeout=5, read_timeout=20, retries=retries)
        return self._session.client(
            service, region_name=self.region, endpoint_url=self.endpoint, config=config
        )

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        import boto3

        return boto3.Session(region_name=self.region)


@contextmanager
def speaking(what: str) -> Iterator[None]:
    """A conversation about `what`, e.g. `ec2 DescribeVpcs`; whatever fails in it has our shape."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError
    except ImportError as error:
        raise PingvasError("aws.extra_missing", where=what, module=str(error.name)) from error
    try:
        yield
    except ImportError as error:
        raise PingvasError("aws.extra_missing", where=what, module=str(error.name)) from error
    except ClientError as error:
        raise _refused(error.response, what) from error
    except BotoCoreError as error:
        raise _failed(error, what) from error
    except (ResponseParserError, *UNFORESEEN) as error:
        raise PingvasError("aws.garbled", where=what, detail=_short(error)) from error


def _refused(response: Mapping[str, Any], what: str) -> PingvasError:
    answer = response.get("Error", {})
    name = str(answer.get("Code", "?"))
    detail = _short(f"{name}: {answer.get('Message', '')}")
    return PingvasError(_code_of(name), where=what, what=what, detail=detail)


def _code_of(name: str) -> str:
    """AWS's own name of a refusal, without its namespace, as a code of ours."""
    plain = name.removeprefix("Client.").partition(":")[0]
    if plain in DENIED:
        return "aws.denied"
    if plain in REFUSED_CREDENTIALS:
        return "aws.credentials_refused"
    return "aws.throttled" if plain in THROTTLED else "aws.refused"


def _failed(error: Exception, what: str) -> PingvasError:
    family = {kind.__name__ for kind in type(error).__mro__}
    if family & NO_CREDENTIALS:
        code = "aws.no_credentials"
    else:
        code = "aws.unreachable" if family & UNREACHABLE else "aws.refused"
    return PingvasError(code, where=what, what=what, detail=_short(error))


def _short(told: object) -> str:
    """One line of it."""
    return " ".join(str(told).split())[:LONGEST_DETAIL] or type(told).__name__
