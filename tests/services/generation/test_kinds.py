"""The four kinds: sources and masks of one's own, and what a checkpoint and a tier allow."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from redis.asyncio import Redis

from services.contracts.jobs import JobKind
from services.contracts.tiers import TierTerms
from services.contracts.workers import WorkerProfile
from services.dispatch.queue import Queue
from services.generation import errors
from services.generation.records import REQUESTS
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.errors import Problem
from tests.servers.postgres import EnvironmentDatabase
from tests.services.callers import a_person, balance_of
from tests.services.generation.work import Submitting, a_request

UPLOAD = """
    insert into uploads (id, user_id, object_key, purpose, width, height, size_bytes, sha256,
        expires_at)
    values (%s, %s, %s, 'source', %s, %s, 1, repeat('0', 64), now() + %s::interval)
"""
IMAGE = """
    insert into images (id, user_id, job_id, position, object_key, width, height, size_bytes,
        sha256)
    values (%s, %s, %s, 0, %s, 100, 72, 1, repeat('0', 64))
"""


@pytest.fixture
async def person(database: Database) -> Caller:
    return await a_person(database, 100)


def an_upload(
    urls: EnvironmentDatabase, owner: Caller, width: int = 100, height: int = 72, **more: str
) -> dict[str, str]:
    upload_id = uuid4()
    with psycopg.connect(urls.admin_url, autocommit=True) as admin:
        admin.execute(f"set search_path = {urls.schema}".encode())
        values = [upload_id, owner.user_id, f"uploads/{owner.user_id}/{upload_id}.png"]
        admin.execute(UPLOAD, [*values, width, height, more.get("kept", "1 hour")])
    return {"upload_id": str(upload_id)}


def an_image(urls: EnvironmentDatabase, owner: Caller, job_id: UUID) -> dict[str, str]:
    image_id = uuid4()
    with psycopg.connect(urls.admin_url, autocommit=True) as admin:
        admin.execute(f"set search_path = {urls.schema}".encode())
        admin.execute(IMAGE, [image_id, owner.user_id, job_id, f"images/{image_id}"])
    return {"image_id": str(image_id)}


def drawn_over(kind: str, source: dict[str, str], **changes: Any) -> dict[str, Any]:
    base = {"kind": kind, "checkpoint": "able", "source": source}
    size = {"width": None, "height": None} if kind != "upscale" else {}
    return {**base, **size, **({"mask": source} if kind == "inpaint" else {}), **changes}


def request(**changes: Any) -> Any:
    """As `a_request`, without a size where it may be left out."""
    return REQUESTS.validate_python({"prompt": "a lighthouse", "steps": 2, **changes})


async def test_a_source_gives_the_size_and_its_key_goes_to_the_worker(
    urls: EnvironmentDatabase, queue: Queue, submit: Submitting, person: Caller
) -> None:
    source = an_upload(urls, person, 101, 79)
    wanted = request(**drawn_over("image_to_image", source, strength=0.5, steps=10))
    job = await submit.run(person, wanted, "k")
    assert (job.width, job.height, job.kind) == (96, 72, "image_to_image")
    assert job.source is not None
    assert job.source.model_dump(mode="json") == source
    claim = await queue.claim("w1", timeout_s=1, checkpoints=["able:image_to_image"])
    assert claim is not None
    assert claim.job.source_key == f"uploads/{person.user_id}/{source['upload_id']}.png"
    assert (claim.job.kind, claim.job.strength) == (JobKind.IMAGE_TO_IMAGE, 0.5)
    again = await submit.run(person, wanted, "k")
    assert again.id == job.id
    assert "uploads/" not in again.model_dump_json(), "nobody is told an object's key"


async def test_a_picture_of_the_gallery_is_made_larger(
    urls: EnvironmentDatabase, queue: Queue, submit: Submitting, person: Caller
) -> None:
    first = await submit.run(person, a_request(), "k1")
    source = an_image(urls, person, first.id)
    job = await submit.run(person, request(**drawn_over("upscale", source, prompt="")), "k2")
    assert (job.width, job.height, job.factor) == (200, 144, 2)
    assert (await submit.run(person, request(**drawn_over("upscale", source, prompt="")), "k2")).id
    claim = await queue.claim("w1", timeout_s=1, checkpoints=["able:upscale"])
    assert claim is not None
    assert claim.job.factor == 2


async def test_a_mask_has_the_size_of_its_picture(
    urls: EnvironmentDatabase, submit: Submitting, person: Caller
) -> None:
    source, mask = an_upload(urls, person), an_upload(urls, person, 80, 80)
    fitting = an_upload(urls, person)
    with pytest.raises(errors.MaskMismatch):
        await submit.run(person, request(**drawn_over("inpaint", source, mask=mask)), "k1")
    job = await submit.run(person, request(**drawn_over("inpaint", source, mask=fitting)), "k2")
    assert job.strength == 1.0


@pytest.mark.parametrize("kind", ["image_to_image", "inpaint", "upscale"])
@pytest.mark.parametrize("whose", ["another's upload", "another's image", "expired", "nobody's"])
async def test_a_picture_that_is_not_ones_own_is_not_there(
    database: Database,
    urls: EnvironmentDatabase,
    submit: Submitting,
    person: Caller,
    kind: str,
    whose: str,
) -> None:
    other = await a_person(database, 10)
    job = await submit.run(other, a_request(), "k")
    named = {
        "another's upload": lambda: an_upload(urls, other),
        "another's image": lambda: an_image(urls, other, job.id),
        "expired": lambda: an_upload(urls, person, kept="-1 second"),
        "nobody's": lambda: {"image_id": str(uuid4())},
    }[whose]()
    with pytest.raises(errors.SourceUnknown) as refused:
        await submit.run(person, request(**drawn_over(kind, named)), "k")
    assert refused.value.extra == {"field": "source"}
    assert await balance_of(database, person) == 100


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"checkpoint": "missing"}, errors.CheckpointUnknown),
        ({"checkpoint": "style"}, errors.CheckpointUnknown),
        ({"checkpoint": "flow", "scheduler": "ddim"}, errors.SchedulerUnsupported),
        ({"scheduler": "flow_euler"}, errors.SchedulerUnsupported),
        ({"loras": [{"name": "missing"}]}, errors.LoraUnknown),
        ({"loras": [{"name": "tiny"}]}, errors.LoraUnknown),
        ({"loras": [{"name": "old-style"}]}, errors.LoraUnknown),
        ({"loras": [{"name": "noble-style"}]}, errors.TierTooLow),
        ({"loras": [{"name": "other-style"}]}, errors.LoraUnsuitable),
        ({"loras": [{"name": "style"}, {"name": "style", "weight": 2}]}, errors.LoraNamedTwice),
        ({"width": 1032}, errors.OverTierLimit),
        ({"count": 5}, errors.OverTierLimit),
    ],
    ids=str,
)
async def test_what_the_catalogue_or_the_tier_does_not_allow(
    submit: Submitting, person: Caller, changes: dict[str, Any], problem: type[Problem]
) -> None:
    with pytest.raises(problem):
        await submit.run(person, a_request(**changes), "k")


async def test_a_checkpoint_without_the_ability_is_refused_before_any_worker(
    urls: EnvironmentDatabase, submit: Submitting, person: Caller
) -> None:
    wanted = drawn_over("upscale", an_upload(urls, person), checkpoint="tiny")
    with pytest.raises(errors.KindUnsupported):
        await submit.run(person, request(**wanted), "k")


async def test_workers_that_can_not_do_the_kind_do_not_count(
    urls: EnvironmentDatabase, queue: Queue, submit: Submitting, person: Caller
) -> None:
    worker = WorkerProfile(name="w1", device="cpu", checkpoints={"able": "0" * 64})
    await queue.register(worker)
    wanted = request(**drawn_over("image_to_image", an_upload(urls, person)))
    with pytest.raises(errors.NoWorkerForCheckpoint):
        await submit.run(person, wanted, "k")
    await queue.register(worker.model_copy(update={"lanes": ("able", "able:image_to_image")}))
    assert (await submit.run(person, wanted, "k")).kind == "image_to_image"


async def test_a_lora_goes_to_the_worker(queue: Queue, submit: Submitting, person: Caller) -> None:
    wanted = a_request(loras=[{"name": "style", "weight": 0.5}])
    await submit.run(person, wanted, "k")
    assert (await submit.run(person, wanted, "k")).loras == wanted.loras
    claim = await queue.claim("w1", timeout_s=1, checkpoints=["tiny"])
    assert claim is not None
    assert [(lora.name, lora.weight) for lora in claim.job.loras] == [("style", 0.5)]


async def test_the_dearest_job_has_a_price(
    database: Database, redis: Redis, settings: GenerationSettings
) -> None:
    terms = TierTerms(images_per_job=16, largest_side_pixels=4096)
    submit = Submitting.on(database, redis, settings.model_copy(update={"tiers": {"free": terms}}))
    person = await a_person(database, 2**40)
    wanted = a_request(width=4096, height=4096, steps=100, count=16)
    assert (await submit.run(person, wanted, "k")).cost_credits == 1024
