"""A watcher by itself: a client that takes everything, one that stops, one that is gone."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from services.contracts.events import JobNews, ProgressNews, StartedNews, SucceededNews
from services.dispatch.progress import PROMISE
from services.generation.errors import StreamsFull, TooManyStreams
from services.generation.progress.hub import Hub
from services.generation.progress.ledger import Ledger
from services.generation.progress.lines import EventLine
from services.generation.progress.news import News, Position
from services.generation.progress.watcher import LARGEST_BACKLOG, Reason, Watcher
from services.kernel.errors import Problem
from tests.services.generation.watching import until

USER = str(uuid4())
NOW = "2026-11-23T00:00:00Z"


class Client:
    """Takes what is sent, unless it is blocked: then `send` waits, as a server's does."""

    def __init__(self) -> None:
        self.writable = asyncio.Event()
        self.writable.set()
        self.got: list[bytes] = []
        self.is_ended = False

    async def send(self, message: object) -> None:
        assert isinstance(message, dict)
        await self.writable.wait()
        self.got.append(message["body"])
        self.is_ended = not message["more_body"]

    def kinds(self) -> list[str]:
        """The names of all events that came."""
        lines = b"".join(self.got).decode().splitlines()
        return [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]

    def steps(self) -> int:
        return self.kinds().count("progress")


def hub(per_person: int = 2, at_most: int = 10) -> Hub:
    return Hub(per_person=per_person, at_most=at_most)


def heard(made: JobNews, number: int) -> News:
    """As it comes from the stream."""
    item = News.of_state(USER, made)
    item.position = Position(number)
    return item


def start(job_id: UUID, number: int, attempt: int = 1) -> News:
    return heard(StartedNews.model_validate(facts(job_id, attempt)), number)


def step(job_id: UUID, number: int, attempt: int = 1) -> News:
    values = {**facts(job_id, attempt), "step": number, "steps": 10_000}
    return heard(ProgressNews.model_validate(values), number)


def end(job_id: UUID, number: int) -> News:
    return heard(SucceededNews.model_validate(facts(job_id, 1)), number)


def facts(job_id: UUID, attempt: int) -> dict[str, object]:
    return {"job_id": job_id, "at": NOW, "attempt": attempt}


def live(at: Hub, client: Client, job_id: UUID | None = None) -> Watcher:
    watcher = at.join(EventLine(client.send), USER, str(job_id) if job_id else None)
    watcher.go([News.ready(Position(), open_jobs=0, is_complete=True)])
    return watcher


async def test_a_fast_client_gets_everything_without_a_task() -> None:
    at, client, job = hub(), Client(), uuid4()
    tasks = asyncio.all_tasks()
    watcher = live(at, client)
    at.hear([start(job, 1)])
    for number in range(2, 10):
        at.hear([step(job, number)])
    assert client.kinds() == ["ready", "started", *["progress"] * 8]
    assert (asyncio.all_tasks(), watcher.is_slow) == (tasks, False)


async def test_what_comes_at_once_leaves_at_once_and_is_encoded_once() -> None:
    at, one, other, job = hub(), Client(), Client(), uuid4()
    live(at, one)
    live(at, other)
    at.hear([start(job, 1), step(job, 2), step(job, 3)])
    assert one.got[-1].count(b"event: ") == 3
    assert one.got[-1] is other.got[-1]


async def test_a_slow_client_gets_the_latest_step_and_every_stage() -> None:
    at, slow, fast = hub(), Client(), Client()
    first, second = uuid4(), uuid4()
    watcher = live(at, slow)
    live(at, fast)
    slow.writable.clear()
    at.hear([start(first, 1)])
    at.hear([start(second, 2)])
    for number in range(3, 1_003):
        at.hear([step(first, number)])
    at.hear([end(second, 2_000)])
    assert fast.steps() == 1_000, "nobody waits for the slow one"
    assert watcher.is_slow
    slow.writable.set()
    await until(lambda: not watcher.is_slow)
    assert slow.kinds() == ["ready", "started", "started", "progress", "succeeded"]
    assert b'"step":1002' in slow.got[-1]
    at.hear([step(first, 2_001)])
    assert slow.kinds()[-1] == "progress", "it is live again"


async def test_a_client_that_can_not_take_even_the_stages_is_cut() -> None:
    at, client = hub(), Client()
    gone = asyncio.Event()

    async def serve() -> None:
        watcher = live(at, client)
        client.writable.clear()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            assert watcher.is_cut
            gone.set()
        finally:
            at.leave(watcher)

    serving = asyncio.create_task(serve())
    await asyncio.sleep(0)
    for number in range(1, LARGEST_BACKLOG + 3):
        at.hear([start(uuid4(), number)])
    await gone.wait()
    await serving
    assert (at.cut, at.streams) == (1, 0)


async def test_an_end_comes_after_what_is_still_to_be_written() -> None:
    at, client, job = hub(), Client(), uuid4()
    watcher = live(at, client, job)
    client.writable.clear()
    at.hear([start(job, 1)])
    at.hear([end(job, 2)])
    assert not client.is_ended
    client.writable.set()
    await until(lambda: client.is_ended)
    assert client.kinds() == ["ready", "started", "succeeded", "closing"]
    assert client.got[-1].endswith(b'data: {"reason": "finished"}\n\n')
    at.leave(watcher)


@pytest.mark.parametrize("is_blocked", [True, False])
async def test_an_end_is_told_once(is_blocked: bool) -> None:
    at, client = hub(), Client()
    watcher = live(at, client)
    if is_blocked:
        client.writable.clear()
    watcher.end(Reason.TIMEOUT)
    watcher.end(Reason.RENEW)
    watcher.beat()
    client.writable.set()
    await until(lambda: client.is_ended)
    await until(lambda: not watcher.is_slow)
    assert client.kinds() == ["ready", "closing"]


async def test_a_stream_that_ends_before_it_began_tells_its_state_first() -> None:
    at, client = hub(), Client()
    watcher = at.join(EventLine(client.send), USER, None)
    at.end_all(Reason.DRAINING)
    assert client.got == []
    watcher.go([News.ready(Position(), open_jobs=0, is_complete=True)])
    assert client.kinds() == ["ready", "closing"]


async def test_a_client_that_hung_up_harms_nobody() -> None:
    at, other, job = hub(), Client(), uuid4()

    async def broken(message: object) -> None:
        raise OSError("gone")

    watcher = at.join(EventLine(broken), USER, None)
    watcher.go([News.ready(Position(), open_jobs=0, is_complete=True)])
    live(at, other)
    at.hear([start(job, 1)])
    assert other.kinds() == ["ready", "started"]
    at.leave(watcher)
    assert at.streams == 1


async def test_a_line_that_breaks_harms_nobody_and_is_cut() -> None:
    at, other, job = hub(), Client(), uuid4()

    async def broken(message: object) -> None:
        raise RuntimeError("the server has closed this one already")

    async def serve() -> None:
        watcher = at.join(EventLine(broken), USER, None)
        watcher.go([News.ready(Position(), open_jobs=0, is_complete=True)])
        with pytest.raises(asyncio.CancelledError):
            await asyncio.Event().wait()
        assert watcher.is_cut
        at.leave(watcher)

    serving = asyncio.create_task(serve())
    live(at, other)
    await serving
    at.hear([start(job, 1)])
    assert other.kinds() == ["ready", "started"]


@pytest.mark.parametrize(("per_person", "at_most"), [(1, 10), (10, 1)])
async def test_streams_are_bounded(per_person: int, at_most: int) -> None:
    at = hub(per_person, at_most)
    first = live(at, Client())
    with pytest.raises(Problem) as refused:
        live(at, Client())
    assert refused.type is (TooManyStreams if per_person == 1 else StreamsFull)
    at.leave(first)
    live(at, Client())


async def test_the_ledger_forgets_the_jobs_that_were_quiet_longest() -> None:
    ledger, jobs = Ledger(jobs_known=2), [uuid4() for _ in range(3)]
    for number, job in enumerate(jobs):
        assert ledger.takes(start(job, 10 * number + 1))
        assert ledger.takes(step(job, 10 * number + 2))
    known = [ledger.stage_of(str(job)) is not None for job in jobs]
    assert known == [False, True, True]
    assert ledger.step_of(str(jobs[0])) is None


async def test_a_clock_that_goes_back_keeps_the_order_of_ids() -> None:
    ledger = Ledger()
    first, second, third = start(uuid4(), 100), start(uuid4(), 50), start(uuid4(), 101)
    for item in (first, second, third):
        ledger.takes(item)
    ids = [str(item.position) for item in (first, second, third)]
    assert ids == ["100-0", "100-0-1", "101-0"]
    assert first.position < second.position < third.position
    assert [Position.parse(text) for text in ids] == [
        each.position for each in (first, second, third)
    ]
    assert second.position.heard() == Position(0), "another server may have given ids in between"


def test_what_is_kept_of_a_step_has_no_preview() -> None:
    ledger, job = Ledger(), uuid4()
    ledger.takes(start(job, 1))
    news = step(job, 2)
    news.body = news.body.replace('"preview":null', PROMISE)
    news.preview = "data:image/webp;base64,AAAA"
    assert ledger.takes(news)
    kept = ledger.step_of(str(job))
    assert kept is not None
    assert news.preview.encode() in news.sse
    assert kept.preview == ""
    assert b'"preview":null' in kept.sse
