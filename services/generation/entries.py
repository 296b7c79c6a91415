"""From rows to what the queue takes: the message for a worker, and the owner's terms beside it."""

from collections.abc import Sequence

from services.dispatch.claims import Entry
from services.generation.records import JobRecord
from services.generation.settings import GenerationSettings
from services.kernel.logs import logger


def readable(jobs: Sequence[tuple[JobRecord, str]], settings: GenerationSettings) -> list[Entry]:
    """The jobs, each with its owner's tier, as entries; one that can't be read is told of."""
    entries = []
    for job, tier in jobs:
        try:
            entries.append(_entry(job, tier, settings))
        except ValueError:
            logger(__name__).error("job_unreadable", job_id=str(job.id))
    return entries


def _entry(job: JobRecord, tier: str, settings: GenerationSettings) -> Entry:
    terms = settings.terms_of(tier)
    return Entry(
        job=job.message(),
        tenant=str(job.user_id),
        weight=terms.weight,
        priority=job.priority,
        limit=terms.running_jobs,
    )
