"""A busy worker's pod is marked, over the wire; short pauses and refusals are borne."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.worker.waiting import until
from worker.pod import DELETION_COST, DO_NOT_DISRUPT, KubernetesPod, Marker

PATH = "/api/v1/namespaces/gpu/pods/worker-1"


class Cluster:
    """A stand-in for the API: a pod's annotations, merged as a cluster merges them."""

    def __init__(self) -> None:
        self.annotations: dict[str, str] = {"other": "stays"}
        self.patches = 0
        self.status = 200
        self.endpoint = ""

    def patch(self, path: str, headers: Any, body: bytes) -> int:
        self.patches += 1
        if self.status != 200:
            return self.status
        assert (path, headers["Authorization"]) == (PATH, "Bearer a-token")
        assert headers["Content-Type"] == "application/merge-patch+json"
        for name, value in json.loads(body)["metadata"]["annotations"].items():
            self.annotations.pop(name, None)
            if value is not None:
                self.annotations[name] = value
        return 200


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    cluster = Cluster()

    class Handler(BaseHTTPRequestHandler):
        def do_PATCH(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(cluster.patch(self.path, self.headers, body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    cluster.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield cluster
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def pod(cluster: Cluster, tmp_path: Path) -> KubernetesPod:
    (tmp_path / "token").write_text("a-token\n")
    return KubernetesPod(cluster.endpoint, "gpu", "worker-1", tmp_path)


async def test_marks_come_with_a_job_and_go_after_it(cluster: Cluster, pod: KubernetesPod) -> None:
    marker = Marker(pod, 0.05)
    following = asyncio.create_task(marker.follow())
    marker.begin()
    await until(lambda: cluster.annotations.get(DO_NOT_DISRUPT) == "true")
    assert int(cluster.annotations[DELETION_COST]) > 0
    marker.begin()
    marker.end()
    marker.end()
    await until(lambda: cluster.annotations == {"other": "stays"})
    assert cluster.patches == 2
    following.cancel()


async def test_a_moment_between_two_jobs_is_not_told(cluster: Cluster, pod: KubernetesPod) -> None:
    marker = Marker(pod, 1.0)
    following = asyncio.create_task(marker.follow())
    for _ in range(3):
        marker.begin()
        await until(lambda: cluster.patches == 1)
        marker.end()
        await asyncio.sleep(0.02)
    marker.begin()
    await asyncio.sleep(1.2)
    assert cluster.patches == 1
    following.cancel()


async def test_a_cluster_that_refuses_is_borne(
    cluster: Cluster, pod: KubernetesPod, tmp_path: Path
) -> None:
    cluster.status = 403
    with capture_logs() as told:
        assert not await pod.mark(busy=True)
        assert cluster.patches == 1
        (tmp_path / "token").unlink()
        assert not await pod.mark(busy=True)
    assert cluster.patches == 1
    assert [each["event"] for each in told] == ["pod_not_marked"]


@pytest.mark.parametrize("is_refused_when", ["busy", "idle"])
async def test_what_was_refused_is_tried_again(
    cluster: Cluster, pod: KubernetesPod, is_refused_when: str
) -> None:
    marker = Marker(pod, 0.01, 0.01)
    marker.begin()
    if is_refused_when == "busy":
        cluster.status = 503
    following = asyncio.create_task(marker.follow())
    await until(lambda: cluster.patches > 0)
    if is_refused_when == "idle":
        cluster.status = 503
        marker.end()
    await until(lambda: cluster.patches > 2)
    cluster.status = 200
    is_busy = is_refused_when == "busy"
    await until(lambda: (DO_NOT_DISRUPT in cluster.annotations) is is_busy)
    following.cancel()


async def test_marks_of_a_process_before_it_are_taken_off(
    cluster: Cluster, pod: KubernetesPod
) -> None:
    assert await pod.mark(busy=True)
    following = asyncio.create_task(Marker(pod).follow())
    await until(lambda: cluster.annotations == {"other": "stays"})
    following.cancel()
