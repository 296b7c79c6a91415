"""diffusers' safety checker with tiny random weights: it is asked, and its word counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
import torch
from PIL import Image as Images

from services.contracts.jobs import Outcome
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from tests.worker.jobs import make_job
from tests.worker.pipelines.listening import Listening
from tests.worker.test_lifecycle import Running
from worker.checkpoints.shelf import Shelved
from worker.errors import JobFailure
from worker.pipelines.clip_safety import ClipSafety
from worker.pipelines.device import choose_device, limit_threads
from worker.pipelines.loading import loader
from worker.pipelines.painter import Painter
from worker.pipelines.pipeline import Order
from worker.settings import WorkerSettings


def build(folder: Path, threshold: float) -> Path:
    """One that finds its concepts in everything more alike than the threshold (-1 to 1)."""
    from diffusers.pipelines.stable_diffusion import safety_checker
    from transformers import CLIPConfig, CLIPImageProcessor

    size = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
    vision = {**size, "num_attention_heads": 2, "image_size": 32, "patch_size": 16}
    config = CLIPConfig(projection_dim=8, vision_config={**vision, "projection_dim": 8})
    kind: Any = safety_checker.StableDiffusionSafetyChecker
    checker = kind(config)
    with torch.no_grad():
        checker.concept_embeds.copy_(torch.randn(17, 8))
        checker.concept_embeds_weights.fill_(threshold)
        checker.special_care_embeds_weights.fill_(2.0)
    checker.save_pretrained(str(folder), safe_serialization=True)
    square = {"height": 32, "width": 32}
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=square).save_pretrained(str(folder))
    return folder


@pytest.mark.parametrize(("threshold", "is_safe"), [(2.0, True), (-2.0, False)])
def test_its_word_counts(tmp_path: Path, threshold: float, is_safe: bool) -> None:
    checker = ClipSafety(build(tmp_path, threshold))
    assert checker.is_safe(Images.new("RGB", (64, 48), "red")) is is_safe


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(JobFailure):
        ClipSafety(tmp_path)


def test_nobody_sees_what_a_checkpoint_is_still_to_judge(tiny: Shelved, tmp_path: Path) -> None:
    from diffusers.pipelines.stable_diffusion import safety_checker
    from transformers import CLIPImageProcessor

    limit_threads(1)
    painter = loader(choose_device("cpu", "auto", None), None)(tiny)
    assert isinstance(painter, Painter)
    folder, loaded, listening = build(tmp_path, 2.0), cast("Any", painter)._loaded, Listening()
    kind: Any = safety_checker.StableDiffusionSafetyChecker
    loaded.safety_checker = kind.from_pretrained(str(folder))
    loaded.feature_extractor = CLIPImageProcessor.from_pretrained(str(folder))
    painter.render(Order(make_job()), listening)
    assert (len(listening.pictures), listening.looks) == (1, [])


async def test_an_unsafe_picture_is_not_delivered(
    settings: WorkerSettings, queue: Queue, results: ResultStream, s3: Any, bucket: str
) -> None:
    import asyncio

    class Never:
        def is_safe(self, picture: Images.Image) -> bool:
            return False

    worker = Running(settings, queue, results)
    worker.lifecycle._safety = Never()
    life = asyncio.create_task(worker.lifecycle.run())
    await worker.submit(make_job(steps=1))
    result = await worker.result()
    worker.interruption.drain()
    assert await life
    assert (result.outcome, result.error_code) == (Outcome.FAILED, "content_unsafe")
    assert not result.retryable
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
