"""What moto lacks, by answers of AWS's own shapes, before a moto that answers the rest.

Quotas remember what is asked for; everything else is fixed. Which service is meant stands in the
signature of every request.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import httpx

from pingvas_cli.adapters.aws_session import AwsSession
from tests.fakes.quotas import NAMES
from tests.servers.aws import REGION, moto

SERVICE: Final = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/")
QUOTAS: Final = "ServiceQuotasV20190624."
JSON: Final = "application/x-amz-json-1.1"
XML: Final = "text/xml"
KEPT: Final = (
    "authorization",
    "content-type",
    "x-amz-date",
    "x-amz-target",
    "x-amz-content-sha256",
)


@dataclass
class Recorded:
    """An account's facts that moto does not keep."""

    quotas: dict[str, float] = field(default_factory=lambda: dict.fromkeys(NAMES, 500.0))
    requests: list[dict[str, Any]] = field(default_factory=list)
    denied: frozenset[str] = frozenset()
    databases: tuple[str, ...] = ("16.8", "17.7")
    caches: tuple[str, ...] = ("8.0", "8.1")

    def answer(self, service: str, action: str, asked: Mapping[str, Any]) -> tuple[str, str] | None:
        """The type and text of an answer; None for what moto knows."""
        known: dict[tuple[str, str], Callable[[Mapping[str, Any]], str]] = {
            ("servicequotas", "GetServiceQuota"): self._quota,
            ("servicequotas", "RequestServiceQuotaIncrease"): self._increase,
            (
                "servicequotas",
                "ListRequestedServiceQuotaChangeHistoryByQuota",
            ): self._history,
            ("iam", "SimulatePrincipalPolicy"): self._simulated,
            ("rds", "DescribeDBEngineVersions"): lambda _: _versions(
                "DescribeDBEngineVersions", "DBEngineVersion", self.databases
            ),
            ("elasticache", "DescribeCacheEngineVersions"): lambda _: _versions(
                "DescribeCacheEngineVersions", "CacheEngineVersion", self.caches
            ),
            ("eks", "/cluster-versions"): lambda _: json.dumps(CLUSTERS),
        }
        found = known.get((service, action))
        form = XML if service in ("iam", "rds", "elasticache") else JSON
        return None if found is None else (form, found(asked))

    def _quota(self, asked: Mapping[str, Any]) -> str:
        code = asked["QuotaCode"]
        quota = {"QuotaCode": code, "QuotaName": NAMES[code], "Value": self.quotas[code]}
        return json.dumps({"Quota": quota})

    def _increase(self, asked: Mapping[str, Any]) -> str:
        made = {**asked, "Id": f"request-{len(self.requests) + 1}", "Status": "PENDING"}
        self.requests.append(made)
        return json.dumps({"RequestedQuota": made})

    def _history(self, asked: Mapping[str, Any]) -> str:
        found = [one for one in self.requests if one["QuotaCode"] == asked["QuotaCode"]]
        return json.dumps({"RequestedQuotas": found})

    def _simulated(self, asked: Mapping[str, Any]) -> str:
        names = [value for key, value in asked.items() if key.startswith("ActionNames.member")]
        results = "".join(
            f"<member><EvalActionName>{escape(name)}</EvalActionName><EvalDecision>"
            f"{'implicitDeny' if name in self.denied else 'allowed'}</EvalDecision></member>"
            for name in names
        )
        listed = f"<EvaluationResults>{results}</EvaluationResults>"
        return _document("SimulatePrincipalPolicy", f"<IsTruncated>false</IsTruncated>{listed}")


CLUSTERS: Final = {
    "clusterVersions": [
        {
            "clusterVersion": "1.35",
            "versionStatus": "STANDARD_SUPPORT",
            "endOfStandardSupportDate": 1806105600.0,
        }
    ]
}


@contextmanager
def whole_aws(recorded: Recorded) -> Iterator[AwsSession]:
    """A session whose endpoint knows `recorded`, and moto for the rest."""
    with moto() as behind:
        handler = type("Handler", (_Handler,), {"recorded": recorded, "behind": behind.endpoint})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_address[1]}"
            yield replace(behind, region=REGION, endpoint=address)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    recorded: Recorded
    behind: str

    def do_GET(self) -> None:
        self._serve("")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""

    def _serve(self, body: str) -> None:
        named = SERVICE.search(self.headers.get("Authorization", ""))
        service = named.group(1) if named else ""
        action, asked = self._asked(body)
        found = self.recorded.answer(service, action, asked)
        if found is None:
            self._forward(body)
        else:
            self._send(200, *found)

    def _asked(self, body: str) -> tuple[str, Mapping[str, Any]]:
        """The action and its values, as each protocol writes them."""
        target = self.headers.get("X-Amz-Target", "")
        if target.startswith(QUOTAS):
            return target.removeprefix(QUOTAS), json.loads(body)
        values = {key: value[0] for key, value in parse_qs(body).items()}
        return values.get("Action", self.path.partition("?")[0]), values

    def _forward(self, body: str) -> None:
        headers = {name: self.headers[name] for name in KEPT if name in self.headers}
        told = httpx.request(
            self.command, f"{self.behind}{self.path}", headers=headers, content=body
        )
        self._send(told.status_code, told.headers.get("content-type", XML), told.text)

    def _send(self, status: int, form: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", form)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _versions(action: str, element: str, versions: tuple[str, ...]) -> str:
    listed = "".join(
        f"<{element}><EngineVersion>{each}</EngineVersion></{element}>" for each in versions
    )
    return _document(action, f"<{element}s>{listed}</{element}s>")


def _document(action: str, inner: str) -> str:
    result = f"<{action}Result>{inner}</{action}Result>"
    return f"<{action}Response>{result}</{action}Response>"
