"""Loaded checkpoints: the least recently used goes first, by measured bytes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from services.contracts.checkpoints import CheckpointManifest
from worker.checkpoints.resident import Residents
from worker.checkpoints.shelf import Shelved
from worker.pipelines.pipeline import Listener, Order, Rendered


@dataclass
class Weights:
    """A pipeline that only has a size."""

    size_bytes: int
    is_closed: bool = False

    def render(self, order: Order, listener: Listener) -> Rendered:
        return Rendered()

    def close(self) -> None:
        self.is_closed = True


@dataclass
class Loader:
    """Loads weights of the size on disk, and remembers what it loaded."""

    loaded: list[str] = field(default_factory=list)

    def __call__(self, shelved: Shelved) -> Weights:
        self.loaded.append(shelved.manifest.name)
        return Weights(shelved.manifest.size_bytes)


def _shelved(name: str, size_bytes: int = 40) -> Shelved:
    manifest = CheckpointManifest(
        name=name,
        family="sd",
        sha256=f"sum-of-{name}",
        size_bytes=size_bytes,
        abilities=(),
        width=64,
        height=64,
        source="test",
    )
    return Shelved(manifest, Path(name))


def _visit(residents: Residents, *names: str) -> None:
    for name in names:
        with residents.open(_shelved(name)):
            pass


def test_the_least_recently_used_is_evicted() -> None:
    loader = Loader()
    residents = Residents(loader, budget_bytes=100)
    _visit(residents, "a", "b", "a", "c", "a")
    assert loader.loaded == ["a", "b", "c"]
    _visit(residents, "b")
    assert loader.loaded == ["a", "b", "c", "b"]
    assert residents.held_bytes == 80


def test_what_is_in_use_stays() -> None:
    residents = Residents(Loader(), budget_bytes=50)
    with residents.open(_shelved("a")) as first, residents.open(_shelved("b")):
        assert isinstance(first, Weights)
        assert not first.is_closed
    _visit(residents, "c")
    assert first.is_closed


def test_one_that_is_larger_than_the_budget_is_held_alone() -> None:
    residents = Residents(Loader(), budget_bytes=50)
    _visit(residents, "a")
    with residents.open(_shelved("big", 70)):
        assert residents.held_bytes == 70


def test_closing_one_waits_for_no_load() -> None:
    loads, goes_on = threading.Event(), threading.Event()

    def load(shelved: Shelved) -> Weights:
        if shelved.manifest.name == "slow":
            loads.set()
            assert goes_on.wait(30)
        return Weights(shelved.manifest.size_bytes)

    residents = Residents(load, budget_bytes=100)
    with residents.open(_shelved("a")):
        slow = threading.Thread(target=_visit, args=(residents, "slow"))
        slow.start()
        assert loads.wait(30)
    assert slow.is_alive()
    goes_on.set()
    slow.join()


def test_room_beside_counts_what_is_in_use_and_nothing_else() -> None:
    residents = Residents(Loader(), budget_bytes=100)
    _visit(residents, "a", "b")
    with residents.open(_shelved("a")):
        assert residents.has_room_beside(_shelved("c", 60))
        assert not residents.has_room_beside(_shelved("c", 70))
        assert residents.has_room_beside(_shelved("b", 70)), "it is there already"
    assert residents.has_room_beside(_shelved("c", 70))


def test_all_idle_ones_can_be_given_back() -> None:
    residents = Residents(Loader(), budget_bytes=100)
    _visit(residents, "a", "b")
    residents.evict_idle()
    assert residents.held_bytes == 0


def test_those_that_are_loaded_are_told_by_name() -> None:
    residents = Residents(Loader(), budget_bytes=100)
    _visit(residents, "a")
    assert residents.among({"x": _shelved("a"), "b": _shelved("b")}) == ["x"]
