"""The floor: a loop over a Redis stream with redis-py and nothing else."""

import asyncio
import json
from typing import Any

from redis.asyncio import Redis as Client

from benchmarks.dispatch.programs.shared import (
    PADDING,
    REST_S,
    Meter,
    arguments,
    note,
    sent,
    tell,
    timed,
)

STREAM, GROUP = "bare", "g"
Server = Any  # redis-py types answers that are decoded and those that are not in one


def body(number: int) -> dict[str, str]:
    return {"body": json.dumps({"number": number, "padding": PADDING})}


async def put_one(redis: Server, number: int) -> None:
    await redis.xadd(STREAM, body(number))


async def single(redis: Server, count: int) -> None:
    for number in range(count):
        await put_one(redis, number)


async def batch(redis: Server, count: int) -> None:
    for start in range(0, count, 500):
        pipe = redis.pipeline(transaction=False)
        for number in range(start, min(count, start + 500)):
            pipe.xadd(STREAM, body(number))
        await pipe.execute()


async def job(meter: Meter, fields: dict[str, str]) -> bool:
    return meter.start(json.loads(fields["body"])["number"])


async def work(redis: Server, meter: Meter) -> None:
    """A task for each job, up to two hundred at once; acknowledged together."""
    while True:
        reply = await redis.xreadgroup(GROUP, "w1", {STREAM: ">"}, count=200, block=5000)
        for _, entries in reply or ():
            ended = await asyncio.gather(
                *(asyncio.create_task(job(meter, fields)) for _, fields in entries)
            )
            await redis.xack(STREAM, GROUP, *(entry for entry, _ in entries))
            if any(ended):
                tell(meter.told())
                return


async def serve(redis: Server, path: str) -> None:
    """Without anybody who takes over what a dead consumer had read."""
    while True:
        reply = await redis.xreadgroup(GROUP, "w1", {STREAM: ">"}, count=10, block=1000)
        for _, entries in reply or ():
            for entry, fields in entries:
                note(path, json.loads(fields["body"])["number"])
                await asyncio.sleep(REST_S)
                await redis.xack(STREAM, GROUP, entry)


async def main() -> None:
    url, verb, what, _ = arguments()
    redis = Client.from_url(url, decode_responses=True, protocol=2)
    if not await redis.exists(STREAM):
        await redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    if verb in ("single", "batch"):
        put = single if verb == "single" else batch
        await timed(put(redis, int(what)))
    elif verb in ("work", "listen"):
        await work(redis, Meter(int(what)))
    elif verb == "send":
        await sent(int(what), lambda number: put_one(redis, number))
    else:
        await serve(redis, what)
    await redis.aclose()


asyncio.run(main())
