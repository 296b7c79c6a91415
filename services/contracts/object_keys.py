"""Where things lie in object storage. One place decides, so that writers and readers agree.

Keys are made of ids alone. No text of a person, and no key that a caller sent, ever becomes one.
"""

from __future__ import annotations

from uuid import UUID


def image_prefix(user_id: UUID, job_id: UUID) -> str:
    """The folder of one job's pictures, with its closing slash."""
    return f"images/{user_id}/{job_id}/"


def image_key(user_id: UUID, job_id: UUID, position: int, extension: str = "png") -> str:
    """The key of one picture: the same for every attempt, so a repeat overwrites it."""
    return f"{image_prefix(user_id, job_id)}{position}.{extension}"


def thumbnail_key(user_id: UUID, job_id: UUID, position: int) -> str:
    """The key of a picture's thumbnail: the same however often it is made."""
    return f"thumbnails/{user_id}/{job_id}/{position}.webp"


def upload_key(user_id: UUID, upload_id: UUID) -> str:
    """The key of a picture that a person brought."""
    return f"uploads/{user_id}/{upload_id}.png"


def export_key(user_id: UUID, export_id: UUID) -> str:
    """The key of an archive."""
    return f"exports/{user_id}/{export_id}.zip"


def handover_key(user_id: UUID, job_id: UUID) -> str:
    """The key of what an interrupted attempt left for the next one: the same for every attempt.

    It lies beside the job's pictures, so that it goes with them.
    """
    return f"{image_prefix(user_id, job_id)}handover.safetensors"
