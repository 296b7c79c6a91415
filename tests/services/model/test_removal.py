"""A removal takes a checkpoint off the offer at once, and its files when its last job has ended."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from services.kernel.access import Caller
from services.kernel.db import Database, Jsonb
from services.kernel.sql import Query
from services.model.actions.read_checkpoints import ReadCheckpoints
from services.model.actions.remove_checkpoint import FinishRemovals, RemoveCheckpoint
from services.model.background.rounds import Tidying
from services.model.errors import CheckpointBeingRemoved, CheckpointNotFound, InstallUnderWay
from services.model.shelf.place import Place
from tests.servers.hub import Hub
from tests.services.callers import a_person
from tests.services.model.conftest import ADMIN, Workshop
from tests.services.model.files import pipeline
from tests.services.model.test_installs import entry

ADD_JOB = Query(
    "add_job",
    """insert into generation_jobs (id, user_id, checkpoint, parameters, cost_credits)
    values (%(id)s, %(user_id)s, %(checkpoint)s, %(parameters)s, 0)""",
)
JOB = Query("job", "select status, cancel_requested_at from generation_jobs where id = %(id)s")
END_JOB = Query("end_job", "update generation_jobs set status = 'succeeded' where id = %(id)s")


@pytest.fixture
async def installed(workshop: Workshop, hub: Hub) -> str:
    hub.put("owner/tiny", pipeline())
    return (await workshop.install("hub:owner/tiny")).name


@pytest.fixture
def removals(database: Database, shelf: Path) -> FinishRemovals:
    return FinishRemovals(database, shelf, grace_s=0)


@pytest.fixture
async def person(database: Database) -> Caller:
    return await a_person(database)


async def a_job(
    database: Database, person: Caller, checkpoint: str, *loras: str
) -> dict[str, object]:
    job = {"id": uuid4()}
    parameters = Jsonb({"loras": [{"name": name, "weight": 1.0} for name in loras]})
    async with database.tenant(person.user_id) as tenant:
        await tenant.execute(
            ADD_JOB, user_id=person.user_id, checkpoint=checkpoint, parameters=parameters, **job
        )
    return dict(job)


def names_on(shelf: Path) -> set[str]:
    return {path.name for path in shelf.iterdir()}


async def test_nothing_waits_for_it_then_its_files_go(
    database: Database, installed: str, removals: FinishRemovals, shelf: Path, person: Caller
) -> None:
    told = await RemoveCheckpoint(database).run(ADMIN, installed, force=False)
    assert (told.state, told.enabled, told.usable) == ("removing", False, False)
    with pytest.raises(CheckpointNotFound):
        await ReadCheckpoints(database).one(person, installed)
    assert (shelf / installed).exists()
    await removals.run()
    assert names_on(shelf) == {f".{installed}.lock"}
    row = await entry(database, installed)
    assert row
    assert (row["state"], row["enabled"]) == ("removed", False)


@pytest.mark.parametrize("as_lora", [False, True])
async def test_it_waits_for_its_jobs(
    database: Database,
    installed: str,
    removals: FinishRemovals,
    shelf: Path,
    person: Caller,
    as_lora: bool,
) -> None:
    job = await a_job(database, person, *(("other", installed) if as_lora else (installed,)))
    await RemoveCheckpoint(database).run(ADMIN, installed, force=False)
    await removals.run()
    assert (shelf / installed).exists()
    async with database.system() as system:
        assert (await system.fetch_only(JOB, **job))["cancel_requested_at"] is None
        await system.execute(END_JOB, **job)
    await removals.run()
    assert not (shelf / installed).exists()


async def test_force_asks_its_jobs_to_end(
    database: Database, installed: str, person: Caller
) -> None:
    job = await a_job(database, person, installed)
    await RemoveCheckpoint(database).run(ADMIN, installed, force=False)
    await RemoveCheckpoint(database).run(ADMIN, installed, force=True)
    async with database.system() as system:
        assert (await system.fetch_only(JOB, **job))["cancel_requested_at"] is not None


async def test_a_submit_that_was_under_way_finds_the_files(
    database: Database, installed: str, shelf: Path
) -> None:
    await RemoveCheckpoint(database).run(ADMIN, installed, force=False)
    await FinishRemovals(database, shelf, grace_s=60).run()
    assert (shelf / installed).exists()


@pytest.mark.parametrize("moment", ["before", "renamed", "half deleted", "deleted"])
async def test_killed_at_any_moment_it_ends_the_same(
    database: Database, installed: str, removals: FinishRemovals, shelf: Path, moment: str
) -> None:
    await RemoveCheckpoint(database).run(ADMIN, installed, force=False)
    hidden = shelf / f".{installed}.removed"
    if moment != "before":
        (shelf / installed).rename(hidden)
    if moment == "half deleted":
        (hidden / "model_index.json").unlink()
    if moment == "deleted":
        Place(shelf, installed).remove()
    await removals.run()
    await removals.run()
    row = await entry(database, installed)
    assert row
    assert row["state"] == "removed"
    assert names_on(shelf) == {f".{installed}.lock"}


async def test_who_writes_the_name_now_is_waited_for(
    database: Database, installed: str, removals: FinishRemovals, shelf: Path
) -> None:
    await RemoveCheckpoint(database).run(ADMIN, installed, force=False)
    with Place(shelf, installed).alone():
        await removals.run()
        assert (shelf / installed).exists()
    await removals.run()
    assert not (shelf / installed).exists()


async def test_an_installation_and_a_removal_exclude_each_other(
    database: Database, workshop: Workshop, installed: str, removals: FinishRemovals
) -> None:
    order = await workshop.order("hub:owner/tiny", name=installed)
    with pytest.raises(InstallUnderWay):
        await RemoveCheckpoint(database).run(ADMIN, installed, force=False)
    await workshop.work(order.id)
    await RemoveCheckpoint(database).run(ADMIN, installed, force=False)
    with pytest.raises(CheckpointBeingRemoved):
        await workshop.order("hub:owner/tiny", name=installed)
    await removals.run()
    assert (await workshop.install("hub:owner/tiny", name=installed)).state == "done"
    row = await entry(database, installed)
    assert row
    assert (row["state"], row["enabled"]) == ("ready", True), "it is back"


async def test_files_of_a_shared_folder_stay(
    database: Database, installed: str, shelf: Path
) -> None:
    await RemoveCheckpoint(database).run(ADMIN, installed, force=False)
    await FinishRemovals(database, None, grace_s=0).run()
    row = await entry(database, installed)
    assert row
    assert row["state"] == "removed"
    assert (shelf / installed).exists()


async def test_what_is_not_there_cannot_be_removed(database: Database) -> None:
    with pytest.raises(CheckpointNotFound):
        await RemoveCheckpoint(database).run(ADMIN, "nowhere", force=True)


async def test_left_over_work_is_tidied_and_open_work_is_not(
    database: Database, workshop: Workshop, hub: Hub, shelf: Path
) -> None:
    order = await workshop.order("hub:owner/tiny")
    place = Place(shelf, order.name)
    for work in (place.work(order.id), place.work(uuid4())):
        (work / "files").mkdir(parents=True)
    (shelf / ".odd.install").mkdir()
    await Tidying(database, shelf).turn()
    assert names_on(shelf) == {place.work(order.id).name, ".odd.install"}
