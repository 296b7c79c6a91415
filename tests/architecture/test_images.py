"""The Dockerfiles keep the rules of images: pinned, unprivileged, read-only, without secrets."""

from __future__ import annotations

import json
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
from dockerfile_parse import DockerfileParser

from services.gallery.settings import GallerySettings
from services.generation.settings import GenerationSettings
from services.model.settings import ModelSettings
from services.payment.settings import PaymentSettings
from services.user.settings import UserSettings
from tests.architecture.tree import ROOT
from worker.settings import WorkerSettings

IMAGES = ("services", "worker")
HADOLINT = Path(sysconfig.get_path("scripts")) / "hadolint"
DIGEST = "sha256:" + "0" * 64
SETTINGS = (
    UserSettings, PaymentSettings, GenerationSettings, GallerySettings, ModelSettings,
    WorkerSettings,
)  # fmt: skip

Step = tuple[str, str]


def steps_of(image: str) -> list[Step]:
    """Instructions and their values, in order."""
    parser = DockerfileParser(
        path=str(ROOT / image / "Dockerfile"),
        build_args={"PYTHON_DIGEST": DIGEST},
        cache_content=True,
    )
    return [
        (step["instruction"], step["value"])
        for step in parser.structure
        if step["instruction"] != "COMMENT"
    ]


def last_stage(image: str) -> list[Step]:
    """What the image itself is made by."""
    steps = steps_of(image)
    begins = max(index for index, (name, _) in enumerate(steps) if name == "FROM")
    return steps[begins:]


def values(steps: list[Step], name: str) -> list[str]:
    return [value for instruction, value in steps if instruction == name]


@pytest.mark.parametrize("image", IMAGES)
def test_hadolint_finds_nothing(image: str) -> None:
    told = subprocess.run(
        [HADOLINT, "--format", "json", ROOT / image / "Dockerfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(told.stdout) == []


@pytest.mark.parametrize("image", IMAGES)
def test_each_stage_begins_with_a_digest_that_must_be_given(image: str) -> None:
    steps = steps_of(image)
    stages = values(steps, "FROM")
    assert len(stages) == 3
    assert all("@${PYTHON_DIGEST}" in stage for stage in stages)
    assert "PYTHON_DIGEST" in values(steps, "ARG"), "no default"


@pytest.mark.parametrize("image", IMAGES)
def test_it_runs_unprivileged_by_number(image: str) -> None:
    steps = last_stage(image)
    assert values(steps, "USER") == ["10001:10001"]
    after = [name for name, _ in steps[[name for name, _ in steps].index("USER") :]]
    assert not {"RUN", "COPY", "ADD"} & set(after)


@pytest.mark.parametrize("image", IMAGES)
def test_only_what_was_installed_goes_into_the_image(image: str) -> None:
    copied = values(last_stage(image), "COPY")
    assert copied == ["--from=install /opt/pingvas /opt/pingvas"]
    assert values(steps_of(image), "ADD") == []


@pytest.mark.parametrize("image", IMAGES)
def test_nothing_is_written_beside_where_it_may_be(image: str) -> None:
    environment = " ".join(values(last_stage(image), "ENV"))
    assert "PYTHONDONTWRITEBYTECODE=1" in environment
    written = re.findall(r"(\w+_CACHE_DIR)=(\S+)", environment)
    assert all(place.startswith("/tmp/") for _, place in written)


@pytest.mark.parametrize("image", IMAGES)
def test_variables_are_ours_and_no_secrets(image: str) -> None:
    steps = steps_of(image)
    named = " ".join(values(steps, "ENV") + values(steps, "ARG"))
    known = {f"PINGVAS_{name.upper()}" for each in SETTINGS for name in each.model_fields}
    assert set(re.findall(r"PINGVAS_\w+", named)) <= known
    assert not re.search(r"SECRET|TOKEN|PASSWORD|_KEY|_URL", named)


@pytest.mark.parametrize("image", IMAGES)
def test_its_parts_and_its_origin_are_told(image: str) -> None:
    (labels,) = values(last_stage(image), "LABEL")
    assert 'pingvas.sbom.cyclonedx="/opt/pingvas/sbom.cdx.json"' in labels
    assert 'org.opencontainers.image.base.digest="${PYTHON_DIGEST}"' in labels
    assert any(
        "--output-file /opt/pingvas/sbom.cdx.json" in run for run in values(steps_of(image), "RUN")
    )


@pytest.mark.parametrize("image", IMAGES)
def test_downloads_are_cached_and_wheels_only(image: str) -> None:
    runs = values(steps_of(image), "RUN")
    pip = [run for run in runs if re.search(r"\bpip( --python \S+)? (install|wheel) ", run)]
    assert len(pip) == 3
    assert all("--mount=type=cache,target=/root/.cache/pip" in run for run in pip)
    assert all("--mount=type=secret,id=pip.conf,target=/etc/pip.conf" in run for run in pip)
    assert all("--mount=type=secret,id=ca.crt" in run for run in pip)
    assert all("--only-binary=:all:" in run for run in pip if " install " in run)


@pytest.mark.parametrize(
    ("image", "entry"),
    [("services", ["python", "-m"]), ("worker", ["python", "-m", "worker"])],
)
def test_signals_reach_the_program(image: str, entry: list[str]) -> None:
    steps = last_stage(image)
    (entrypoint,) = values(steps, "ENTRYPOINT")
    assert json.loads(entrypoint) == entry
    assert values(steps, "CMD") == []
    assert values(steps, "HEALTHCHECK") == ["NONE"]


def test_the_context_is_what_the_wheel_is_built_from() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert lines[1] == "*"
    wanted = {line[1:] for line in lines if line.startswith("!")}
    assert {"pingvas_cli", "services", "templates", "worker", "pyproject.toml"} <= wanted
    assert all((ROOT / name).exists() for name in wanted)
