"""Each way is measured with a real checkpoint, and the fastest one is said as variables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from worker import bench
from worker.settings import WorkerSettings


def test_the_fastest_way_is_said(shelf_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--steps", "1", "--rounds", "1", "--device", "cpu", "--threads", "1"]
    assert bench.main(["tiny", "--checkpoints-dir", str(shelf_folder), *few]) == 0
    *ways, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["channels_last"] for each in ways] == [False, True]
    fastest = min(ways, key=lambda each: each["seconds"])
    assert last["set"]["PINGVAS_CHANNELS_LAST"] == str(fastest["channels_last"]).lower()
    known = {f"PINGVAS_{name.upper()}" for name in WorkerSettings.model_fields}
    assert last["set"].keys() <= known


def test_a_checkpoint_that_is_not_there(tmp_path: Path) -> None:
    assert bench.main(["none", "--checkpoints-dir", str(tmp_path)]) == 1


ABSENT = [kind for kind in ("cuda", "mps") if not torch.get_device_module(kind).is_available()]


@pytest.mark.parametrize("device", ABSENT)
def test_a_device_that_is_not_there_is_named(
    shelf_folder: Path, capsys: pytest.CaptureFixture[str], device: str
) -> None:
    few = ["--steps", "1", "--rounds", "1", "--device", device]
    assert bench.main(["tiny", "--checkpoints-dir", str(shelf_folder), *few]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[-1].startswith("pingvas-worker: ")
    assert device in told.err


def test_jobs_in_one_call_are_measured_by_the_picture(
    shelf_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = [
        "--steps",
        "1",
        "--rounds",
        "1",
        "--device",
        "cpu",
        "--threads",
        "1",
        "--batch",
        "1",
        "3",
    ]
    assert bench.main(["tiny", "--checkpoints-dir", str(shelf_folder), *few]) == 0
    *ways, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["batch_at_most"] for each in ways] == [1, 3, 1, 3]
    fastest = min(ways, key=lambda each: each["seconds"])
    assert last["set"]["PINGVAS_BATCH_AT_MOST"] == str(fastest["batch_at_most"])


@pytest.mark.parametrize(
    "wrong",
    [
        ["--steps", "0"],
        ["--rounds", "-5"],
        ["--batch", "0"],
        ["--batch", "65"],
        ["--threads", "-3"],
        ["--device", "abacus"],
    ],
)
def test_numbers_that_mean_nothing_are_refused(
    shelf_folder: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        bench.main(["tiny", "--checkpoints-dir", str(shelf_folder), *wrong])
    assert left.value.code == 2
    assert wrong[0] in capsys.readouterr().err


def test_a_way_that_can_not_be_had_here_is_not_timed(
    shelf_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["--steps", "1", "--rounds", "1", "--device", "cpu", "--threads", "1"]
    few += ["--attention", "xformers"]
    assert bench.main(["tiny", "--checkpoints-dir", str(shelf_folder), *few]) == 1
    lines = capsys.readouterr().out.splitlines()
    ways = [json.loads(line) for line in lines if line.startswith("{")]
    assert [each["failed"] for each in ways] == ["option_not_taken"] * 2
