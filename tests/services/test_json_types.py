"""Bodies take the types of JSON for what they are: no text for a number, no number for a truth."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.gallery.schemas.images import ImageChange
from services.gallery.schemas.shares import NewShare
from services.generation.schemas.requests import GenerationRequest
from services.model.schemas.checkpoints import Change, Manifest
from services.model.schemas.installs import UploadRequest
from services.payment.schemas.credits import Adjustment, Grant
from services.payment.schemas.purchases import Refund

WHOLE: list[tuple[Any, str]] = [
    (GenerationRequest, "width"),
    (GenerationRequest, "steps"),
    (GenerationRequest, "count"),
    (GenerationRequest, "seed"),
    (NewShare, "expires_in_s"),
    (Manifest, "size_bytes"),
    (Manifest, "width"),
    (UploadRequest, "size_bytes"),
    (Grant, "amount_credits"),
    (Adjustment, "amount_credits"),
    (Refund, "refunded_cents"),
]
REAL: list[tuple[Any, str]] = [(GenerationRequest, "guidance_scale")]
FITS = {"count": 8, "guidance_scale": 8}  # where 64 would be too much
TRUTH: list[tuple[type[BaseModel], str]] = [
    (ImageChange, "favourite"),
    (NewShare, "show_prompts"),
    (Manifest, "enabled"),
    (Change, "enabled"),
    (Change, "prefetch"),
    (UploadRequest, "enabled"),
]
BODIES: dict[Any, dict[str, Any]] = {
    GenerationRequest: {"checkpoint": "tiny", "prompt": "a lighthouse"},
    NewShare: {"of": "image", "id": uuid4()},
    Manifest: {
        "family": "tiny", "source": "", "sha256": "0" * 64, "size_bytes": 1,
        "width": 64, "height": 64,
    },
    UploadRequest: {"name": "tiny", "source": "upload", "size_bytes": 1},
    Grant: {"user_id": uuid4(), "amount_credits": 1, "reason": "a gift", "idempotency_key": "a"},
    Adjustment: {"user_id": uuid4(), "amount_credits": 1, "reason": "a", "idempotency_key": "a"},
    Refund: {"refunded_cents": 1},
}  # fmt: skip


def sent(shape: Any, field: str, value: object) -> Any:
    return TypeAdapter(shape).validate_python({**BODIES.get(shape, {}), field: value})


@pytest.mark.parametrize(("shape", "field"), WHOLE + REAL)
def test_numbers_are_no_texts_and_no_truth_values(shape: Any, field: str) -> None:
    for wrong in ("64", True):
        with pytest.raises(ValidationError) as refused:
            sent(shape, field, wrong)
        assert [fault["loc"][-1] for fault in refused.value.errors()] == [field]
    right = FITS.get(field, 64)
    assert getattr(sent(shape, field, right), field) == right


@pytest.mark.parametrize(("shape", "field"), WHOLE)
def test_whole_numbers_may_be_written_with_a_point(shape: Any, field: str) -> None:
    right = FITS.get(field, 64)
    with pytest.raises(ValidationError):
        sent(shape, field, right + 0.5)
    assert getattr(sent(shape, field, float(right)), field) == right


@pytest.mark.parametrize(("shape", "field"), TRUTH)
def test_truth_values_are_no_numbers_and_no_texts(shape: type[BaseModel], field: str) -> None:
    for wrong in (0, 1, "true"):
        with pytest.raises(ValidationError):
            sent(shape, field, wrong)
    assert getattr(sent(shape, field, True), field) is True
