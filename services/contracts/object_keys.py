"""Where things lie in object storage. One place decides, so that writers and readers agree."""

from uuid import UUID


def image_prefix(user_id: UUID, job_id: UUID) -> str:
    """The folder of one job's pictures, with its closing slash."""
    return f"images/{user_id}/{job_id}/"


def image_key(user_id: UUID, job_id: UUID, position: int, extension: str = "png") -> str:
    """The key of one picture: the same for every attempt, so a repeat overwrites it."""
    return f"{image_prefix(user_id, job_id)}{position}.{extension}"
