"""The messages survive the wire, and a newer sender."""

from uuid import UUID

from services.contracts.jobs import GenerationJob
from services.contracts.object_keys import image_key, image_prefix
from tests.services.dispatch.jobs import a_job

USER = UUID("00000000-0000-0000-0000-000000000001")
JOB = UUID("00000000-0000-0000-0000-000000000002")


def test_a_job_survives_the_wire() -> None:
    job = a_job(
        prompt="등대 \u0000 \ud83c\udf0a".encode("utf-16", "surrogatepass").decode("utf-16")
    )
    assert GenerationJob.model_validate_json(job.model_dump_json()) == job


def test_fields_of_a_newer_sender_are_ignored() -> None:
    text = a_job().model_dump_json().replace("{", '{"from_the_future": 1, ', 1)
    assert GenerationJob.model_validate_json(text).checkpoint == "tiny"


def test_work_is_measured_in_megapixel_steps() -> None:
    assert a_job(width=1024, height=1024, steps=30, count=2).work_units == 60


def test_a_picture_has_one_key_over_all_attempts() -> None:
    assert image_key(USER, JOB, 3) == f"images/{USER}/{JOB}/3.png"
    assert image_key(USER, JOB, 0, "webp").startswith(image_prefix(USER, JOB))
