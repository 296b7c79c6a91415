"""The one place where failures of the Kubernetes client become ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from pingvas_cli.errors import UsageError
from pingvas_cli.ports.kubernetes import KubernetesError

LONGEST_DETAIL: Final = 500
# What parsers, the client's and ours, meet in an answer of another shape.
UNFORESEEN: Final = (AttributeError, LookupError, TypeError, ValueError)


@contextmanager
def asking(what: str) -> Iterator[None]:
    """A conversation about `what`, e.g. `Deployment dev/user`."""
    from kubernetes.client.exceptions import ApiException, OpenApiException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ApiException as error:
        raise _said(what, error) from error
    except (HTTPError, OSError) as error:
        detail = str(error)[:LONGEST_DETAIL]
        raise KubernetesError("kubernetes.unreachable", where=what, detail=detail) from error
    except (OpenApiException, *UNFORESEEN) as error:
        detail = f"{type(error).__name__}: {error}"[:LONGEST_DETAIL]
        raise KubernetesError("kubernetes.garbled", where=what, detail=detail) from error


@contextmanager
def loading(kubeconfig: str | None) -> Iterator[None]:
    """A kubeconfig being read; UsageError when it can't be, or leads nowhere."""
    try:
        from kubernetes.config import ConfigException
        from yaml import YAMLError
    except ImportError as error:
        raise UsageError("kubernetes.extra_missing", where="kubernetes") from error
    where = kubeconfig or "kubeconfig"
    try:
        yield
    except (ConfigException, YAMLError, OSError, *UNFORESEEN) as error:
        detail = str(error)[:LONGEST_DETAIL]
        raise UsageError("kubernetes.no_kubeconfig", where=where, detail=detail) from error


def _said(what: str, error: Any) -> KubernetesError:  # noqa: ANN401 - the client has no types
    if not error.status:
        detail = str(error.reason)[:LONGEST_DETAIL]
        return KubernetesError("kubernetes.unreachable", where=what, detail=detail)
    status = _status(error.body)
    by_number = {
        400: "kubernetes.invalid",
        401: "kubernetes.unauthorized",
        403: "kubernetes.forbidden",
        404: "kubernetes.missing",
        409: "kubernetes.conflict",
        422: "kubernetes.invalid",
        **dict.fromkeys((429, 500, 502, 503, 504), "kubernetes.busy"),
    }
    code = by_number.get(error.status, "kubernetes.refused")
    if status.get("reason") == "AlreadyExists":
        code = "kubernetes.exists"
    detail = str(status.get("message") or error.reason)[:LONGEST_DETAIL]
    return KubernetesError(code, where=what, detail=detail)


def _status(body: object) -> Mapping[str, Any]:
    """The Status that an error carries; proxies answer with pages instead."""
    try:
        found = json.loads(body) if isinstance(body, str | bytes) else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
