"""`pingvas-worker bench CHECKPOINT`: measure the ways to compute here, and say which is fastest.

Lines of JSON on stdout: each way with its seconds for a picture, then the variables to set. Without
`--dtype` the precision stays the device's own: another one makes other pictures.
"""

import argparse
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from uuid import UUID

from services.contracts.jobs import GenerationJob
from worker.checkpoints.shelf import Shelf, Shelved
from worker.errors import DeviceAbsent, JobFailure
from worker.pipelines.pipeline import Order, Pipeline, render_each
from worker.pipelines.quiet import stay_offline
from worker.settings import MOST_TOGETHER, AttentionChoice

if TYPE_CHECKING:
    from worker.pipelines.options import Options

NOBODY = UUID(int=0)


class _Deaf:
    """Hears of the work and says nothing."""

    def on_step(self, done: int, total: int) -> None:
        return

    def on_picture(self, position: int, picture: object) -> None:
        return

    def on_preview(self, look: object) -> None:
        return


def main(arguments: Sequence[str]) -> int:
    """The command; its exit status."""
    wish = _parser().parse_args(arguments)
    stay_offline()
    shelved = Shelf(wish.checkpoints_dir).find(wish.checkpoint)
    if shelved is None:
        sys.stderr.write(f"pingvas-worker: there is no checkpoint {wish.checkpoint!r}\n")
        return 1
    try:
        measured = list(_measure_all(shelved, wish))
    except DeviceAbsent as absent:
        sys.stderr.write(f"pingvas-worker: {absent}\n")
        return 1
    if not measured:
        return 1
    _say({"set": _variables(min(measured, key=lambda each: each[0])[1])})
    return 0


def _measure_all(
    shelved: Shelved, wish: argparse.Namespace
) -> Iterator[tuple[float, dict[str, object]]]:
    compiled = (False, True) if wish.compile else (False,)
    ways = itertools.product(wish.dtype, wish.attention, (False, True), compiled, wish.batch)
    for dtype, attention, last, built, jobs in ways:
        way: dict[str, object] = {"dtype": dtype, "channels_last": last, "compile": built}
        way |= {"attention": attention, "batch_at_most": jobs}
        try:
            seconds = _measure(shelved, way, jobs, wish)
        except JobFailure as failure:
            _say({**way, "failed": failure.code})
        else:
            _say({**way, "seconds": round(seconds, 4)})
            yield seconds, way


def _measure(
    shelved: Shelved, way: dict[str, object], jobs: int, wish: argparse.Namespace
) -> float:
    """Of a picture: median of the rounds; the first one, which also compiles, does not count."""
    from worker.pipelines.device import choose_device, limit_threads
    from worker.pipelines.loading import loader
    from worker.pipelines.options import Options

    limit_threads(wish.threads)
    device = choose_device(wish.device, str(way["dtype"]), None)
    options = Options(
        channels_last=bool(way["channels_last"]),
        compiled=bool(way["compile"]),
        attention=str(way["attention"]),
        offload=wish.cpu_offload,
    )
    pipeline = loader(device, 1, options)(shelved)
    try:
        _check_taken(options, pipeline.options)
        batch = [_job(shelved, wish.steps)] * jobs
        times = [_time(pipeline, batch) for _ in range(wish.rounds + 1)]
    finally:
        pipeline.close()
    return statistics.median(times[1:])


def _check_taken(asked: "Options", used: "Options") -> None:
    """What can't be had here falls back in a worker; measured, it would bear the wrong name."""
    for name in ("attention", "compiled"):
        if getattr(used, name) != getattr(asked, name):
            raise JobFailure("option_not_taken", f"{name} can't be had here", retryable=False)


def _time(pipeline: Pipeline, batch: Sequence[GenerationJob]) -> float:
    began = time.perf_counter()
    endings = render_each(pipeline, [(Order(job), _Deaf()) for job in batch])
    for ending in endings:
        if isinstance(ending.outcome, Exception):
            raise ending.outcome
    return (time.perf_counter() - began) / len(batch)


def _job(shelved: Shelved, steps: int) -> GenerationJob:
    return GenerationJob(
        id=NOBODY,
        user_id=NOBODY,
        checkpoint=shelved.manifest.name,
        prompt="a lighthouse in the morning",
        width=shelved.manifest.width,
        height=shelved.manifest.height,
        steps=steps,
        guidance_scale=7.0,
        seed=1,
        submitted_at=datetime.now(UTC),
        object_prefix="bench/",
    )


def _variables(way: dict[str, object]) -> dict[str, str]:
    return {f"PINGVAS_{name.upper()}": str(value).lower() for name, value in way.items()}


def _say(content: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


def _up_to(limit: int) -> Callable[[str], int]:
    """A whole number from 1 to the limit; argparse tells what else there is."""

    def number(text: str) -> int:
        if not 1 <= int(text) <= limit:
            raise argparse.ArgumentTypeError(f"{text}: from 1 to {limit}")
        return int(text)

    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pingvas-worker bench")
    parser.add_argument("checkpoint")
    parser.add_argument(
        "--checkpoints-dir", type=Path, default=os.environ.get("PINGVAS_CHECKPOINTS_DIR", ".")
    )
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda", "mps"])
    parser.add_argument(
        "--dtype", nargs="+", default=["auto"], choices=["auto", "float32", "float16", "bfloat16"]
    )
    parser.add_argument(
        "--attention", nargs="+", default=["sdpa"], choices=get_args(AttentionChoice)
    )
    parser.add_argument(
        "--batch",
        nargs="+",
        type=_up_to(MOST_TOGETHER),
        default=[1],
        help="jobs that are made in one call",
    )
    parser.add_argument("--cpu-offload", action="store_true", help="for GPUs with little memory")
    parser.add_argument("--compile", action="store_true", help="try compiled denoisers too")
    parser.add_argument("--steps", type=_up_to(1000), default=10)
    parser.add_argument("--rounds", type=_up_to(1000), default=3)
    parser.add_argument("--threads", type=_up_to(1024))
    return parser
