"""What both rivals share: the request, the answer, the token's check, and their surroundings."""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

DATABASE_URL = os.environ["RIVAL_DATABASE_URL"]
REDIS_URL = os.environ["RIVAL_REDIS_URL"]
CONNECTIONS = int(os.environ["RIVAL_CONNECTIONS"])
ISSUER = os.environ["RIVAL_ISSUER"]
AUDIENCE = os.environ["RIVAL_AUDIENCE"]
PUBLIC_KEY = Ed25519PublicKey.from_public_bytes(bytes.fromhex(os.environ["RIVAL_PUBLIC_KEY"]))
STREAM = "jobs"
WAITING_JOBS = 10_000
CREDITS_PER_MEGAPIXEL_STEP = 0.04


Part = bytes | bytearray | memoryview | str | int | float
Entry = dict[Part, Part]  # as redis-py has it


class Wanted(BaseModel):
    """The request: text to image."""

    model_config = ConfigDict(extra="forbid")

    checkpoint: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
    prompt: Annotated[str, Field(max_length=2_000)]
    width: Annotated[int, Field(ge=64, le=4_096, multiple_of=8)] = 512
    height: Annotated[int, Field(ge=64, le=4_096, multiple_of=8)] = 512
    steps: Annotated[int, Field(ge=1, le=150)] = 20
    count: Annotated[int, Field(ge=1, le=16)] = 1

    @property
    def cost_credits(self) -> int:
        """The price."""
        megapixels = self.width * self.height / 2**20
        return max(1, round(megapixels * self.steps * self.count * CREDITS_PER_MEGAPIXEL_STEP))


class Taken(BaseModel):
    """The answer."""

    id: UUID
    status: Literal["queued"] = "queued"
    checkpoint: str
    cost_credits: int
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Who calls."""

    id: UUID
    tier: str


BEARER = HTTPBearer()


async def person(sent: Annotated[HTTPAuthorizationCredentials, Depends(BEARER)]) -> Person:
    """The caller, verified at each request as most handlers do."""
    try:
        claims = jwt.decode(
            sent.credentials, PUBLIC_KEY, algorithms=["EdDSA"], issuer=ISSUER, audience=AUDIENCE
        )
    except jwt.PyJWTError as refused:
        raise HTTPException(401) from refused
    return Person(UUID(claims["sub"]), claims["tier"])


SignedIn = Annotated[Person, Depends(person)]


def settle_memory() -> None:
    """As ours does after its start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
