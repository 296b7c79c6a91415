"""Run the comparison and print ratios: `python -m benchmarks.worker [ROUNDS]`.

Weights are random, so speed is all that is compared; no accelerator is needed.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from PIL import Image as Images

from benchmarks.worker import weights
from benchmarks.worker.ground import Engine, serve, servers
from benchmarks.worker.jobs import job_for
from benchmarks.worker.replay import SIZE_BYTES, STEPS, Stated, shelve, trace
from benchmarks.worker.sized import EDGE_PIXELS, shelved
from worker.outbox import encode_png
from worker.settings import WorkerSettings

SINGLE_GOAL, MIXED_GOAL, ENCODING_GOAL = 0.97, 1.8, 0.97
SINGLE_JOBS, SINGLE_STEPS = 4, 10
CHECKPOINTS, SHARES = ("a", "b", "c", "d"), (50, 25, 15, 10)
# SDXL-like on one GPU: a picture takes 4 s, weights from a network disk 10 s; time runs 60 x.
PICTURE_S, LOAD_S, FASTER = 4.0, 10.0, 60
MIXED_JOBS, FIT_AT_ONCE = 100, 3
WEIGHTS_GIB = 1.0
ENCODED_EDGE_PIXELS, ENCODED_JOBS, ENCODED_PICTURE_S = 1024, 12, 0.5


def main() -> int:
    """Measure, print, and fail when a goal is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with tempfile.TemporaryDirectory(prefix="pingvas-benchmark-") as name:
        folder = Path(name)
        with servers(folder) as settings:
            missed = _single(settings, folder, rounds)
            missed += _mixed(settings, folder, min(rounds, 2))
            missed += _encoding(settings, folder)
        missed += weights.measure(folder, WEIGHTS_GIB, max(rounds, 3))
    return int(missed > 0)


def _single(settings: WorkerSettings, folder: Path, rounds: int) -> int:
    """Images/s of the worker, with its queue and store, and of the bare pipeline in a loop."""
    from worker.pipelines.device import choose_device, limit_threads
    from worker.pipelines.loading import loader

    limit_threads(1)
    checkpoint = shelved(folder / "sized")
    pipeline = loader(choose_device("cpu", "auto", None), 1)(checkpoint)
    engine = Engine(folder / "sized", lambda _shelved: pipeline, 10**12)
    ours, theirs = [], []
    for number in range(rounds + 1):
        jobs = [
            job_for("sized", edge=EDGE_PIXELS, steps=SINGLE_STEPS, seed=seed)
            for seed in range(SINGLE_JOBS)
        ]
        bare = _bare_seconds(pipeline, len(jobs))
        served = asyncio.run(serve(settings, engine, jobs))
        if number:  # the first round warms both up
            theirs.append(SINGLE_JOBS / bare)
            ours.append(SINGLE_JOBS / served)
    print(f"one checkpoint, {EDGE_PIXELS} px, {SINGLE_STEPS} steps: images/s, median [least-most]")
    _say("worker", ours)
    _say("diffusers in a loop", theirs)
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return _judge("worker / diffusers", ratio, SINGLE_GOAL)


def _bare_seconds(pipeline: Any, count: int) -> float:  # noqa: ANN401 - diffusers is untyped
    import torch

    diffusers_pipeline = pipeline._loaded  # noqa: SLF001 - the very same weights
    diffusers_pipeline.set_progress_bar_config(disable=True)
    began = time.perf_counter()
    for seed in range(count):
        with torch.inference_mode():
            diffusers_pipeline(
                "a lighthouse in the morning",
                width=EDGE_PIXELS,
                height=EDGE_PIXELS,
                num_inference_steps=SINGLE_STEPS,
                guidance_scale=7.5,
                generator=torch.Generator("cpu").manual_seed(seed),
            )
    return time.perf_counter() - began


def _mixed(settings: WorkerSettings, folder: Path, rounds: int) -> int:
    """Images per device-second on one trace of four checkpoints, with stated times."""
    stated = Stated(PICTURE_S / FASTER, LOAD_S / FASTER)
    shelve(folder / "mixed", CHECKPOINTS)
    engine = Engine(folder / "mixed", stated.load, FIT_AT_ONCE * SIZE_BYTES)
    wishes = trace(CHECKPOINTS, SHARES, MIXED_JOBS)
    seconds: dict[str, list[float]] = {"ours": [], "fifo": [], "fifo, as much memory": []}
    for _ in range(rounds):
        jobs = [job_for(name, edge=8, steps=STEPS) for name in wishes]
        seconds["fifo"].append(stated.fifo_seconds(jobs, 1))
        seconds["fifo, as much memory"].append(stated.fifo_seconds(jobs, FIT_AT_ONCE))
        seconds["ours"].append(asyncio.run(serve(settings, engine, jobs)))
    print(
        f"\n{MIXED_JOBS} jobs of four checkpoints ({SHARES} %), picture {PICTURE_S} s, "
        f"load {LOAD_S} s, memory for {FIT_AT_ONCE}; images per device-second"
    )
    for name, each in seconds.items():
        _say(name, [MIXED_JOBS / FASTER / one for one in each])
    ours = statistics.median(seconds["ours"])
    fair = statistics.median(seconds["fifo, as much memory"]) / ours
    print(f"  ours / fifo with as much memory: {fair:.2f}x")
    return _judge("ours / fifo", statistics.median(seconds["fifo"]) / ours, MIXED_GOAL)


def _encoding(settings: WorkerSettings, folder: Path) -> int:
    """The share of the device's time that pictures take while large ones are encoded."""
    noise = np.random.default_rng(1).integers(0, 255, (ENCODED_EDGE_PIXELS,) * 2 + (3,), np.uint8)
    picture = Images.fromarray(noise)
    began = time.perf_counter()
    encode_png(picture)
    encode_s = time.perf_counter() - began
    stated = Stated(ENCODED_PICTURE_S, 0.0, picture)
    engine = Engine(folder / "mixed", stated.load, 10**12)
    jobs = [job_for("a", edge=8, steps=STEPS) for _ in range(ENCODED_JOBS)]
    seconds = asyncio.run(serve(settings, engine, jobs))
    print(
        f"\n{ENCODED_EDGE_PIXELS} px pictures of {ENCODED_PICTURE_S} s, PNG {encode_s:.3f} s each"
    )
    # The last picture's encoding and upload have nothing to hide behind.
    share = ENCODED_JOBS * ENCODED_PICTURE_S / (seconds - encode_s)
    inline = ENCODED_PICTURE_S / (ENCODED_PICTURE_S + encode_s)
    print(f"  device busy when it is encoded inline: {inline:.2f}")
    return _judge("device busy", share, ENCODING_GOAL)


def _say(name: str, rates: list[float]) -> None:
    low, high = min(rates), max(rates)
    print(f"  {name:<22} {statistics.median(rates):.4f} [{low:.4f}-{high:.4f}]")


def _judge(what: str, ratio: float, goal: float) -> int:
    verdict = "met" if ratio >= goal else "MISSED"
    print(f"  {what}: {ratio:.3f}x (goal >= {goal}x) {verdict}")
    return int(ratio < goal)


if __name__ == "__main__":
    sys.exit(main())
