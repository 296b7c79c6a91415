"""Downloads from servers that cut, drip, lie and pack; and from one that is honest."""

from __future__ import annotations

import hashlib
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.model.adapters.client import GuardedClient
from services.model.adapters.downloads import HttpDownloads
from services.model.adapters.guard import Policy
from services.model.adapters.hub import HuggingFaceHub
from services.model.faults import InstallFault, PassingFault
from services.model.ports.downloads import Wanted
from tests.servers.hub import COMMIT, Hub, Oddity

CONTENT = bytes(range(256)) * 16384
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MIB = 1024 * 1024


class Fetching:
    """One file of a hub, fetched into a folder."""

    def __init__(self, hub: Hub, client: GuardedClient, folder: Path) -> None:
        hub.put("o/r", {"file.bin": CONTENT})
        self.hub = hub
        self.address = hub.resolve("o/r", "file.bin")
        self.path = folder / "deep" / "file.bin"
        self.part = folder / "deep" / "file.bin.part"
        self.count = 0
        self._downloads = HttpDownloads(client, patience_s=0.5)

    async def fetch(
        self,
        size_bytes: int | None = len(CONTENT),
        sha256: str | None = SHA256,
        largest_bytes: int = 2**30,
    ) -> str:
        address = self.hub.url + self.address
        wanted = Wanted(address, self.path, largest_bytes, size_bytes, sha256)
        return await self._downloads.fetch(wanted, self._add)

    async def fails(self, kind: type[InstallFault], code: str, **wanted: object) -> None:
        with pytest.raises(InstallFault) as caught:
            await self.fetch(**wanted)  # type: ignore[arg-type]  # one of fetch's own names
        assert (type(caught.value), caught.value.code) == (kind, code)
        assert not self.path.exists()

    def _add(self, count: int) -> None:
        self.count += count


@pytest.fixture
async def fetching(hub: Hub, tmp_path: Path) -> AsyncIterator[Fetching]:
    client = GuardedClient(Policy((), loopback=True), patience_s=0.5)
    yield Fetching(hub, client, tmp_path)
    await client.aclose()


async def test_a_whole_file_is_hashed_and_not_fetched_again(fetching: Fetching) -> None:
    assert await fetching.fetch() == SHA256
    assert fetching.path.read_bytes() == CONTENT
    assert fetching.count == len(CONTENT)
    assert await fetching.fetch() == SHA256
    assert len(fetching.hub.asked) == 1


async def test_an_unknown_size_is_no_hindrance(fetching: Fetching) -> None:
    fetching.hub.spoil(fetching.address, Oddity(without_length=True))
    assert await fetching.fetch(size_bytes=None, sha256=None) == SHA256


async def test_it_goes_on_after_a_cut(fetching: Fetching) -> None:
    fetching.hub.spoil(fetching.address, Oddity(cut_at=3 * MIB + 5))
    await fetching.fails(PassingFault, "model.source_unreachable")
    assert fetching.part.stat().st_size == 3 * MIB + 5
    fetching.count = 0
    assert await fetching.fetch() == SHA256
    assert fetching.count == len(CONTENT), "what lay there counts too"
    assert fetching.hub.asked[-1].range == f"bytes={3 * MIB + 5}-"


async def test_a_server_without_ranges_begins_anew(fetching: Fetching) -> None:
    fetching.hub.spoil(fetching.address, Oddity(cut_at=2 * MIB), Oddity(whole=True))
    await fetching.fails(PassingFault, "model.source_unreachable")
    assert await fetching.fetch() == SHA256


async def test_a_whole_part_needs_only_its_name(fetching: Fetching) -> None:
    fetching.part.parent.mkdir()
    fetching.part.write_bytes(CONTENT)
    assert await fetching.fetch() == SHA256
    assert fetching.hub.asked == []


async def test_a_part_that_is_longer_than_the_file_is_dropped(fetching: Fetching) -> None:
    fetching.part.parent.mkdir()
    fetching.part.write_bytes(CONTENT + b"more")
    fetching.hub.spoil(fetching.address, Oddity(status=416))
    await fetching.fails(PassingFault, "model.source_odd")
    assert await fetching.fetch() == SHA256


@pytest.mark.parametrize(
    ("odd", "kind", "code"),
    [
        (Oddity(body=CONTENT + b"x"), InstallFault, "model.source_odd"),
        (Oddity(body=CONTENT[:-1]), InstallFault, "model.source_odd"),
        (Oddity(body=CONTENT * 2, without_length=True), InstallFault, "model.file_too_large"),
        (Oddity(body=CONTENT[:-1], without_length=True), PassingFault, "model.source_unreachable"),
        (Oddity(body=bytes(len(CONTENT))), InstallFault, "model.checksum_wrong"),
        (Oddity(headers={"Content-Encoding": "gzip"}), InstallFault, "model.source_odd"),
        (Oddity(status=401), InstallFault, "model.source_closed"),
        (Oddity(status=403), InstallFault, "model.source_closed"),
        (Oddity(status=404), InstallFault, "model.source_missing"),
        (Oddity(status=204), InstallFault, "model.source_odd"),
        (Oddity(status=429), PassingFault, "model.source_unreachable"),
        (Oddity(status=503), PassingFault, "model.source_unreachable"),
        (Oddity(drip=True), PassingFault, "model.source_slow"),
        (Oddity(cut_at=100, pause_s=2), PassingFault, "model.source_unreachable"),
    ],
    ids=[
        "longer",
        "shorter",
        "endless",
        "early",
        "other",
        "packed",
        "sign in",
        "licence",
        "missing",
        "empty",
        "too many",
        "away",
        "drips",
        "silent",
    ],
)
async def test_oddities_are_told_apart(
    fetching: Fetching, odd: Oddity, kind: type[InstallFault], code: str
) -> None:
    fetching.hub.spoil(fetching.address, odd)
    await fetching.fails(kind, code)


async def test_another_part_than_was_asked_for_is_no_part(fetching: Fetching) -> None:
    fetching.part.parent.mkdir()
    fetching.part.write_bytes(CONTENT[:MIB])
    lie = {"Content-Range": f"bytes 0-{len(CONTENT) - 1}/{len(CONTENT)}"}
    fetching.hub.spoil(fetching.address, Oddity(headers=lie))
    await fetching.fails(PassingFault, "model.source_odd")


async def test_without_a_known_size_the_limit_bounds_it(fetching: Fetching) -> None:
    limits: dict[str, object] = {"size_bytes": None, "largest_bytes": MIB}
    await fetching.fails(InstallFault, "model.file_too_large", **limits)
    fetching.hub.spoil(fetching.address, Oddity(without_length=True))
    await fetching.fails(InstallFault, "model.file_too_large", **limits)
    assert fetching.part.stat().st_size <= MIB


async def test_a_link_in_the_place_of_the_part_is_not_followed(
    fetching: Fetching, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"")
    fetching.part.parent.mkdir()
    fetching.part.symlink_to(victim)
    with pytest.raises(OSError, match="symbolic links"):
        await fetching.fetch()
    assert victim.read_bytes() == b""


async def test_a_full_disk_is_an_error_of_the_disk(fetching: Fetching) -> None:
    with files_of_at_most(2 * MIB), pytest.raises(OSError, match="too large"):
        await fetching.fetch()
    assert await fetching.fetch() == SHA256


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """As a disk that is full: writing further fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"sha": "main", "siblings": []}',
        b'{"sha": "' + COMMIT.encode() + b'"}',
        b'{"sha": "' + COMMIT.encode() + b'", "siblings": [{"rfilename": 7}]}',
        b'{"sha": "' + COMMIT.encode() + b'", "siblings": [{"rfilename": "x", "size": -1}]}',
        b" " * (17 * MIB),
    ],
    ids=[
        "nothing",
        "list",
        "cut",
        "deep",
        "no commit",
        "no files",
        "no names",
        "negative",
        "long",
    ],
)
async def test_a_hub_that_talks_nonsense_is_refused(
    hub: Hub, fetching: Fetching, body: bytes
) -> None:
    hub.spoil("/api/models/o/r/revision/main", Oddity(body=body))
    client = GuardedClient(Policy((), loopback=True))
    with pytest.raises(InstallFault) as caught:
        await HuggingFaceHub(client, hub.url).describe("o/r", "main")
    assert caught.value.code == "model.source_odd"
    await client.aclose()
