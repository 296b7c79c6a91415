"""Cut off at any moment, an installation is gone on with by another program and ends the same."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from services.contracts.checkpoints import read_manifest
from services.kernel.db import Database
from services.kernel.sql import Query
from services.model.actions.follow_installs import CancelInstall
from services.model.settings import ModelSettings
from services.model.shelf.place import Place
from tests.servers.hub import Hub, Oddity, until
from tests.servers.ports import free_port
from tests.services.model.conftest import OVERDUE, Workshop
from tests.services.model.files import pipeline
from tests.services.model.test_installs import UNET, entry, hidden

QUEUE_AGAIN = Query(
    "queue_again",
    "update installs set state = 'queued', address = source, finished_at = null where id = %(id)s",
)
FORGET_ENTRY = Query(
    "forget_entry", "update checkpoints set sha256 = %(none)s where name = %(name)s"
)
CLAIM_FOR_ANOTHER = Query(
    "claim_for_another", "update installs set claimed_by = 'another' where id = %(id)s"
)
LFS = f"/lfs/owner/tiny/resolve/0123456789abcdef0123456789abcdef01234567/{UNET}"


def a_service(settings: ModelSettings) -> subprocess.Popen[bytes]:
    """The real program with these settings."""
    given = {
        "PINGVAS_ENVIRONMENT": settings.environment,
        "PINGVAS_DATABASE_URL": settings.database_url.get_secret_value(),
        "PINGVAS_SYSTEM_DATABASE_URL": settings.system_database_url.get_secret_value(),
        "PINGVAS_TOKEN_ISSUER": settings.token_issuer,
        "PINGVAS_JWKS_URL": settings.jwks_url,
        "PINGVAS_CHECKPOINTS_DIR": str(settings.checkpoints_dir),
        "PINGVAS_HUB_URL": settings.hub_url,
        "PINGVAS_INSTALL_LOOPBACK": "true",
        "PINGVAS_PORT": str(free_port()),
    }
    command = [sys.executable, "-m", "services.model"]
    return subprocess.Popen(command, env={**os.environ, **given}, stdout=subprocess.DEVNULL)


async def run_sql(database: Database, query: Query, **params: object) -> None:
    async with database.system() as system:
        await system.execute(query, **params)


async def test_killed_in_a_download_another_goes_on(
    workshop: Workshop, settings: ModelSettings, hub: Hub, shelf: Path
) -> None:
    files = pipeline(rows=3000)
    hub.put("owner/tiny", files)
    hub.spoil(LFS, Oddity(cut_at=2_500_000, pause_s=60))
    order = await workshop.order("hub:owner/tiny")
    part = Place(shelf, order.name).work(order.id) / "files" / (UNET + ".part")
    service = a_service(settings)
    try:
        await asyncio.to_thread(
            until, 20, lambda: part.exists() and part.stat().st_size > 1_000_000
        )
    finally:
        service.send_signal(signal.SIGKILL)
        service.wait()
    assert not (shelf / order.name).exists(), "workers see nothing that is not whole"
    hub.asked.clear()
    done = await workshop.work(order.id)
    assert done.state == "done"
    assert (shelf / order.name / UNET).read_bytes() == files[UNET]
    assert next(asked.range for asked in hub.asked if asked.path == LFS).startswith("bytes=")
    assert hidden(shelf) == []


async def test_killed_before_the_catalogue_knew_it_only_registers(
    workshop: Workshop, hub: Hub
) -> None:
    hub.put("owner/tiny", pipeline())
    done = await workshop.install("hub:owner/tiny")
    await run_sql(workshop.database, QUEUE_AGAIN, id=done.id)
    await run_sql(workshop.database, FORGET_ENTRY, name=done.name, none="0" * 64)
    hub.asked.clear()
    assert (await workshop.work(done.id)).state == "done"
    row = await entry(workshop.database, done.name)
    assert row
    assert row["sha256"] != "0" * 64
    assert len(hub.asked) == 1


async def test_killed_between_the_two_renames_the_old_one_comes_back(
    workshop: Workshop, hub: Hub, shelf: Path
) -> None:
    hub.put("owner/tiny", pipeline())
    name = (await workshop.install("hub:owner/tiny")).name
    (shelf / name).rename(shelf / f".{name}.retired")
    hub.spoil("/api/models/owner/next/revision/main", Oddity(status=404))
    assert (await workshop.install("hub:owner/next", name=name)).state == "failed"
    assert read_manifest(shelf / name)
    assert hidden(shelf) == []


async def test_cancelled_while_it_runs_it_leaves_nothing(
    workshop: Workshop, hub: Hub, shelf: Path
) -> None:
    hub.put("owner/tiny", pipeline())
    hub.spoil(LFS, Oddity(cut_at=10, pause_s=60))
    order = await workshop.order("hub:owner/tiny")
    working = asyncio.create_task(workshop.perform.run())
    await asyncio.to_thread(until, 10, lambda: any(asked.path == LFS for asked in hub.asked))
    asked = await CancelInstall(workshop.database).run(order.id)
    assert (asked.state, asked.cancel_requested_at is None) == ("running", False)
    assert await working
    assert (await workshop.look(order.id)).state == "cancelled"
    assert not (shelf / order.name).exists()
    assert hidden(shelf) == []


async def test_progress_is_told_while_it_runs(workshop: Workshop, hub: Hub) -> None:
    files = pipeline()
    hub.put("owner/tiny", files)
    hub.spoil(LFS, Oddity(cut_at=10, pause_s=60))
    order = await workshop.order("hub:owner/tiny")
    working = asyncio.create_task(workshop.perform.run())
    await asyncio.to_thread(until, 10, lambda: any(asked.path == LFS for asked in hub.asked))
    await asyncio.sleep(0.6)  # a heartbeat later
    seen = await workshop.look(order.id)
    assert seen.stage == "download"
    assert seen.total_bytes == sum(map(len, files.values()))
    assert 0 < seen.done_bytes < seen.total_bytes
    hub.is_over.set()
    assert await working


async def test_whoever_lost_its_claim_stops_and_touches_nothing(
    workshop: Workshop, hub: Hub, shelf: Path
) -> None:
    hub.put("owner/tiny", pipeline())
    hub.spoil(LFS, Oddity(cut_at=10, pause_s=60))
    order = await workshop.order("hub:owner/tiny")
    working = asyncio.create_task(workshop.perform.run())
    await asyncio.to_thread(until, 10, lambda: any(asked.path == LFS for asked in hub.asked))
    await run_sql(workshop.database, CLAIM_FOR_ANOTHER, id=order.id)
    assert await working
    assert (await workshop.look(order.id)).state == "running"
    assert Place(shelf, order.name).work(order.id).exists(), "the other one goes on with it"
    assert (await workshop.work(order.id)).state == "done"


async def test_a_shutdown_hands_it_back_at_once(workshop: Workshop, hub: Hub) -> None:
    hub.put("owner/tiny", pipeline())
    hub.spoil(LFS, Oddity(cut_at=10, pause_s=60))
    order = await workshop.order("hub:owner/tiny")
    working = asyncio.create_task(workshop.perform.run())
    await asyncio.to_thread(until, 10, lambda: any(asked.path == LFS for asked in hub.asked))
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert (await workshop.look(order.id)).state == "queued"


async def test_a_name_that_the_worker_s_installer_holds_is_waited_for(
    workshop: Workshop, hub: Hub, shelf: Path
) -> None:
    hub.put("owner/tiny", pipeline())
    order = await workshop.order("hub:owner/tiny")
    with Place(shelf, order.name).alone():
        for _ in range(10):
            await run_sql(workshop.database, OVERDUE, id=order.id)
            await workshop.perform.run()
        waiting = await workshop.look(order.id)
        assert (waiting.state, waiting.error_code) == ("queued", "model.name_busy")
    assert (await workshop.work(order.id)).state == "done"


async def test_two_replicas_do_not_take_the_same(
    make_workshop: Callable[..., Workshop], hub: Hub
) -> None:
    hub.put("owner/tiny", pipeline())
    one, other = make_workshop(), make_workshop()
    order = await one.order("hub:owner/tiny")
    worked = await asyncio.gather(one.perform.run(), other.perform.run())
    assert sorted(worked) == [False, True]
    assert (await one.look(order.id)).state == "done"


async def test_a_disk_that_fills_up_ends_it_and_is_cleared(
    workshop: Workshop, hub: Hub, shelf: Path
) -> None:
    hub.put("owner/tiny", pipeline(rows=3000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        done = await workshop.install("hub:owner/tiny")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (done.state, done.error_code) == ("failed", "model.disk_full")
    assert hidden(shelf) == []


async def test_a_shelf_that_is_no_folder_is_told(workshop: Workshop, hub: Hub, shelf: Path) -> None:
    hub.put("owner/tiny", pipeline())
    order = await workshop.order("hub:owner/tiny")
    make_a_file_of(shelf)
    await workshop.perform.run()
    waiting = await workshop.look(order.id)
    assert (waiting.state, waiting.error_code) == ("queued", "model.shelf_unusable")
    make_no_file_of(shelf)
    assert (await workshop.work(order.id)).state == "done"


def make_a_file_of(folder: Path) -> None:
    folder.write_text("")


def make_no_file_of(folder: Path) -> None:
    folder.unlink()
