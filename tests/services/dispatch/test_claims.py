"""What is sent of a job, and read again."""

from datetime import UTC, datetime

import pytest

from services.contracts.jobs import LoraUse
from services.dispatch.claims import Entry, message_of
from tests.services.dispatch.jobs import a_job

AT = datetime(2026, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)
TRICKS = [
    '"id":"none"',
    '"submitted_at":"never"',
    '\\"submitted_at":"',
    '","submitted_at":"x"}',
    "밤\n\t바다",
]


@pytest.mark.parametrize("words", TRICKS)
def test_no_words_of_a_job_pass_for_its_id_or_its_time(words: str) -> None:
    lora = LoraUse(name="soft", weight=0.5)
    job = a_job(prompt=words, negative_prompt=words, submitted_at=AT, loras=(lora,))
    job_id, *_, at, text = Entry(job, "t1").parts()
    assert job_id == str(job.id)
    assert at == "2026-03-04T05:06:07.089000Z"
    assert message_of(text, 2) == job.model_copy(update={"attempt": 2})
