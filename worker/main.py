"""The worker's composition root: settings, rooms, and the way out."""

import asyncio
import os
import sys
import traceback

import structlog
from pydantic import ValidationError

from services.dispatch.connection import connect
from services.dispatch.queue import Queue
from worker import bench, logs
from worker.checkpoints import publish
from worker.checkpoints.bucket import BucketCache, BucketShelf
from worker.checkpoints.resident import Residents, held_while_loading
from worker.checkpoints.shelf import Shelf
from worker.checkpoints.store import CheckpointStore
from worker.errors import DeviceAbsent
from worker.handovers import Handovers
from worker.inbox import Inbox
from worker.interruption import Interruption
from worker.lifecycle import Lifecycle
from worker.metrics import Metrics
from worker.notices import CAUSES, Notices
from worker.object_store import ObjectStore, client_of
from worker.orders import Orders
from worker.outbox import Outbox
from worker.pipelines.quiet import stay_offline
from worker.pod import KubernetesPod, Marker, NoPod, Pod
from worker.presence import Presence
from worker.safety import NoChecker, SafetyChecker
from worker.settings import WorkerSettings
from worker.sources import Sources

EXIT_DONE, EXIT_FAILED, EXIT_USAGE = 0, 1, 2

log = structlog.get_logger()


def main() -> None:
    """`python -m worker`, `pingvas-worker`; the words `bench` and `publish` serve nothing."""
    if sys.argv[1:2] == ["bench"]:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
        sys.exit(bench.main(sys.argv[2:]))
    if sys.argv[1:2] == ["publish"]:
        sys.exit(publish.main(sys.argv[2:]))
    settings = _read_settings()
    logs.configure(settings.release, settings.environment, settings.worker_name)
    stay_offline()
    status = EXIT_FAILED
    try:
        status = asyncio.run(_live(settings))
    except* DeviceAbsent:
        log.error("device_absent", device=settings.device)  # noqa: TRY400 - the words say it all
    except* Exception as crash:  # noqa: BLE001 - the last resort: told, and the status says it
        _tell(crash)
    sys.stdout.flush()
    sys.exit(status)


def _tell(crash: ExceptionGroup[Exception]) -> None:
    """Where it happened, without the words of the exceptions: they may quote a prompt."""
    errors = crash.exceptions
    while isinstance(errors[0], ExceptionGroup):
        errors = errors[0].exceptions
    for error in errors:
        where = traceback.format_tb(error.__traceback__)
        log.error("worker_crashed", error=type(error).__name__, where=where)


async def _live(settings: WorkerSettings) -> int:
    interruption = Interruption(settings.drain_grace_s)
    interruption.listen()
    redis = connect(settings.redis_url.get_secret_value())
    lifecycle = _compose(settings, Queue(redis, settings.environment), interruption)
    is_well = await _serve(lifecycle, settings, interruption)
    await redis.aclose()
    log.info("worker_left", well=is_well)
    status = EXIT_DONE if is_well else EXIT_FAILED
    if lifecycle.left_work_behind:
        _leave_without_waiting(status)
    return status


async def _serve(
    lifecycle: Lifecycle, settings: WorkerSettings, interruption: Interruption
) -> bool:
    notices = Notices(settings.metadata_endpoint, interruption)
    await notices.look()
    await _prepare(lifecycle, settings, interruption)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_tell_when_ready(lifecycle, settings, interruption))
        tasks.create_task(notices.watch())
        tasks.create_task(lifecycle.presence.look())
        marking = tasks.create_task(lifecycle.marker.follow())
        is_well = await tasks.create_task(lifecycle.run())
        await _rest(interruption)
        marking.cancel()
    return is_well


async def _prepare(
    lifecycle: Lifecycle, settings: WorkerSettings, interruption: Interruption
) -> None:
    from worker.pipelines.loading import prepare_libraries

    if not interruption.is_draining:
        await lifecycle.prepare(prepare_libraries, settings.warm_checkpoint)


async def _rest(interruption: Interruption) -> None:
    """Stay on a machine that was told to go: another process would be started on it at once."""
    if interruption.cause in CAUSES:
        log.info("worker_rests", cause=interruption.cause)
        await interruption.dismissed()


async def _tell_when_ready(
    lifecycle: Lifecycle, settings: WorkerSettings, interruption: Interruption
) -> None:
    """Metrics answer when the worker is loaded and registered, not before."""
    if await lifecycle.presence.announced():
        try:
            lifecycle.metrics.serve(settings.metrics_host, settings.metrics_port)
        except OSError:
            interruption.drain()  # a cancelled wait for Redis may not end the lifecycle, this does
            raise
        log.info("worker_ready")


def _compose(settings: WorkerSettings, queue: Queue, interruption: Interruption) -> Lifecycle:
    # torch is imported here and not above, so that wrong settings are told at once.
    from worker.pipelines.device import choose_device, limit_threads
    from worker.pipelines.loading import loader
    from worker.pipelines.options import Options

    device = choose_device(settings.device, settings.dtype, settings.resident_gib)
    threads = limit_threads(settings.threads)
    log.info("device_chosen", device=device.kind, dtype=str(device.dtype), threads=threads)
    shelf = _shelf(settings)
    options = Options(
        channels_last=settings.channels_last,
        compiled=settings.compile,
        attention=settings.attention,
        offload=settings.cpu_offload,
    )
    load = held_while_loading(shelf, loader(device, settings.batch_size, options))
    residents = Residents(load, device.weights_budget_bytes)
    return compose(settings, queue, interruption, shelf, residents, device.kind)


def compose(
    settings: WorkerSettings,
    queue: Queue,
    interruption: Interruption,
    shelf: Shelf,
    residents: Residents,
    device: str,
) -> Lifecycle:
    """The rooms of one worker, around these residents."""
    store = ObjectStore(settings)
    handovers = Handovers(store, settings.drain_grace_s)
    return Lifecycle(
        inbox=Inbox(queue, settings, interruption),
        orders=Orders(shelf, Sources(store), handovers),
        outbox=Outbox(store),
        handovers=handovers,
        shelf=shelf,
        residents=residents,
        presence=Presence(queue, shelf, interruption, settings.worker_name, device),
        interruption=interruption,
        metrics=Metrics(),
        claim_ahead=settings.claim_ahead,
        safety=_safety(settings),
        marker=Marker(_pod(settings)),
        preview_every_s=_preview_every_s(settings),
    )


def _shelf(settings: WorkerSettings) -> Shelf:
    """A folder that somebody fills, or a bucket with that folder as its cache."""
    if not settings.checkpoints_bucket:
        return Shelf(settings.checkpoints_dir)
    objects, bucket = client_of(settings), settings.checkpoints_bucket
    store = CheckpointStore(objects, bucket, settings.checkpoints_prefix)
    budget_bytes = int(settings.checkpoint_cache_gib * 1024**3)
    cache = BucketCache(store, settings.checkpoints_dir, budget_bytes)
    cache.tidy()
    shelf = BucketShelf(cache, settings.checkpoints_dir)
    shelf.refresh()
    return shelf


def _pod(settings: WorkerSettings) -> Pod:
    if not (settings.kubernetes_endpoint and settings.pod_name):
        return NoPod()
    endpoint, namespace = settings.kubernetes_endpoint, settings.pod_namespace
    return KubernetesPod(endpoint, namespace, settings.pod_name)


def _safety(settings: WorkerSettings) -> SafetyChecker:
    from worker.pipelines.clip_safety import ClipSafety

    return ClipSafety(settings.safety_checker_dir) if settings.safety_checker_dir else NoChecker()


def _preview_every_s(settings: WorkerSettings) -> float:
    """Nobody sees anything of a picture that a content filter is still to judge."""
    return 0.0 if settings.safety_checker_dir else settings.preview_every_s


def _read_settings() -> WorkerSettings:
    try:
        return WorkerSettings()
    except ValidationError as error:
        names = ", ".join(f"PINGVAS_{str(part['loc'][0]).upper()}" for part in error.errors())
        sys.stderr.write(f"pingvas-worker: missing or wrong settings: {names}\n")
        sys.exit(EXIT_USAGE)


def _leave_without_waiting(status: int) -> None:
    """A load can take minutes and can't be interrupted; its job was handed back already."""
    sys.stdout.flush()
    os._exit(status)
