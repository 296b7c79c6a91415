"""The Hugging Face hub's HTTP API: what a repository has at a revision, and where its files lie."""

from __future__ import annotations

import json
import re
from typing import Annotated
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.model.adapters.client import GuardedClient, refuse_status, unreachable
from services.model.faults import InstallFault
from services.model.ports.hub import HubFile, Repository

LARGEST_ANSWER_BYTES = 16 * 1024 * 1024
LARGEST_FILE_BYTES = 2**50
LICENCE = "license:"
COMMIT = re.compile(r"[0-9a-f]{40}")
Size = Annotated[int, Field(ge=0, le=LARGEST_FILE_BYTES)]


class _Lfs(BaseModel):
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Sibling(BaseModel):
    model_config = ConfigDict(extra="ignore")

    rfilename: Annotated[str, Field(max_length=500)]
    size: Size = 0
    lfs: _Lfs | None = None


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore")

    sha: Annotated[str, Field(pattern=COMMIT.pattern)]
    siblings: list[_Sibling]
    tags: list[str] = []

    def licence(self) -> str:
        found = (tag[len(LICENCE) :] for tag in self.tags if tag.startswith(LICENCE))
        return next(found, "")[:100]


class HuggingFaceHub:
    """One hub. `token` opens repositories whose licence its owner accepted."""

    def __init__(self, client: GuardedClient, url: str, token: str = "") -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._token = token

    async def describe(self, name: str, revision: str) -> Repository:
        """See the port."""
        at = f"{self._url}/api/models/{quote(name)}/revision/{quote(revision, safe='')}?blobs=true"
        async with self._client.open(at, {}, self._token) as response:
            refuse_status(response)
            told = _read(await _body(response))
        files = tuple(
            HubFile(each.rfilename, each.size, each.lfs.sha256 if each.lfs else None)
            for each in told.siblings
        )
        return Repository(name, told.sha, files, told.licence())

    def address(self, repository: Repository, file: HubFile) -> str:
        """See the port."""
        return (
            f"{self._url}/{quote(repository.name)}/resolve/{repository.commit}/{quote(file.path)}"
        )


async def _body(response: httpx.Response) -> bytes:
    parts: list[bytes] = []
    try:
        async for chunk in response.aiter_raw():
            parts.append(chunk)
            if sum(map(len, parts)) > LARGEST_ANSWER_BYTES:
                raise InstallFault("model.source_odd", "The hub's answer is too large.")
    except httpx.TransportError as away:
        raise unreachable(away) from away
    return b"".join(parts)


def _read(text: bytes) -> _Told:
    try:
        return _Told.model_validate(json.loads(text))
    except (ValueError, RecursionError, ValidationError) as odd:
        raise InstallFault("model.source_odd", "The hub's answer cannot be read.") from odd
