"""Installing from a hub and by address: what lies on the shelf and in the catalogue afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.contracts.checkpoints import LORA_FILE, SINGLE_FILE, digest_of, read_manifest
from services.kernel.db import Database, Row
from services.model.errors import InstallUnderWay
from services.model.repository import checkpoints
from tests.servers.hub import COMMIT, Hub, Oddity
from tests.services.model.conftest import ADMIN, Workshop
from tests.services.model.files import LORA, SINGLE, pipeline, safetensors

UNET = "unet/diffusion_pytorch_model.safetensors"


async def entry(database: Database, name: str) -> Row | None:
    async with database.tenant(ADMIN.user_id) as tenant:
        return await checkpoints.find_checkpoint(tenant, name)


def hidden(shelf: Path) -> list[str]:
    return [path.name for path in shelf.iterdir() if path.suffix not in {"", ".lock"}]


async def test_a_repository_is_taken_without_its_programs_and_pickles(
    workshop: Workshop, hub: Hub, shelf: Path, database: Database
) -> None:
    files = pipeline()
    others = {"unet/diffusion_pytorch_model.bin": b"\x80\x04.", "unet/run.py": b"boom"}
    hub.put("owner/tiny", {**files, **others, "README.md": b"hello", "v1.ckpt": b"\x80"})
    done = await workshop.install("hub:owner/tiny", minimum_tier="pro")
    assert (done.state, done.revision, done.error_code) == ("done", COMMIT, None)
    assert done.done_bytes == done.total_bytes == sum(map(len, files.values()))
    folder = shelf / done.name
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "checkpoint.json"
    }
    assert found == files
    row = await entry(database, done.name)
    manifest = read_manifest(folder)
    assert row
    assert manifest
    assert manifest.sha256 == digest_of(
        {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    )
    assert (manifest.sha256, manifest.width) == (row["sha256"], row["width"]) == (row["sha256"], 64)
    assert (row["kind"], row["base"], row["family"]) == ("checkpoint", "tiny", "sd")
    assert (row["minimum_tier"], row["licence"], row["enabled"]) == ("pro", "openrail", True)
    assert hidden(shelf) == []


async def test_half_precision_is_preferred_under_the_plain_name(
    workshop: Workshop, hub: Hub, shelf: Path
) -> None:
    half = safetensors({"conv_in.weight": (8, 8)}, fill=b"h")
    hub.put("owner/both", {**pipeline(), UNET.replace(".saf", ".fp16.saf"): half})
    done = await workshop.install("hub:owner/both@main")
    assert done.state == "done"
    assert (shelf / done.name / UNET).read_bytes() == half


async def test_the_same_commit_again_moves_no_bytes(workshop: Workshop, hub: Hub) -> None:
    hub.put("owner/tiny", pipeline())
    first = await workshop.install("hub:owner/tiny")
    hub.asked.clear()
    again = await workshop.install("hub:owner/tiny", name=first.name)
    assert again.state == "done"
    assert [asked.path for asked in hub.asked] == ["/api/models/owner/tiny/revision/main"]


async def test_a_new_commit_replaces_the_old_one_whole(
    workshop: Workshop, hub: Hub, shelf: Path
) -> None:
    hub.put("owner/tiny", {**pipeline(), "unet/old.json": b"{}"})
    name = (await workshop.install("hub:owner/tiny")).name
    hub.put("owner/other", pipeline(fill=b"n"))
    assert (await workshop.install("hub:owner/other", name=name)).state == "done"
    assert not (shelf / name / "unet/old.json").exists()
    assert (shelf / name / UNET).read_bytes() == pipeline(fill=b"n")[UNET]


async def test_a_lora_is_known_by_its_tensors(
    workshop: Workshop, hub: Hub, shelf: Path, database: Database
) -> None:
    hub.put("owner/style", {"style.safetensors": safetensors(LORA), "README.md": b""})
    done = await workshop.install("hub:owner/style")
    row = await entry(database, done.name)
    assert row
    assert (row["kind"], row["base"], row["abilities"]) == ("lora", "sd15", [])
    assert (shelf / done.name / LORA_FILE).exists()


async def test_a_single_file_borrows_the_configuration_of_an_installed_one(
    workshop: Workshop, hub: Hub, shelf: Path, database: Database
) -> None:
    hub.put("owner/tiny", pipeline())
    like = (await workshop.install("hub:owner/tiny")).name
    hub.put("owner/one", {"a.safetensors": safetensors(SINGLE), "b.safetensors": b""})
    done = await workshop.install("hub:owner/one#a.safetensors", shape_of=like)
    manifest = read_manifest(shelf / done.name)
    assert manifest
    assert (manifest.layout, manifest.base, manifest.width) == ("single_file", "tiny", 64)
    assert (shelf / done.name / "like/unet/config.json").exists()
    assert not list((shelf / done.name / "like").rglob("*.safetensors"))
    by_address = f"{hub.url}{hub.resolve('owner/one', 'a.safetensors')}?token=secret"
    again = await workshop.install(by_address, shape_of=done.name)
    assert (again.state, again.source) == ("done", by_address.partition("?")[0])
    row = await entry(database, again.name)
    assert row
    assert "secret" not in json.dumps(row, default=str)


async def test_a_single_file_takes_its_configuration_from_the_hub_too(
    workshop: Workshop, hub: Hub, shelf: Path
) -> None:
    hub.put("owner/tiny", pipeline())
    hub.put("owner/one", {"a.safetensors": safetensors(SINGLE)})
    done = await workshop.install("hub:owner/one", shape_of="hub:owner/tiny")
    assert done.state == "done", done.error_detail
    lfs = [asked.path for asked in hub.asked if asked.path.startswith("/lfs/owner/tiny")]
    assert lfs == [], "weights are not copied for their configuration"
    assert (shelf / done.name / SINGLE_FILE).exists()


@pytest.mark.parametrize(
    ("files", "wish", "code"),
    [
        ({"a.safetensors": safetensors(SINGLE)}, {}, "model.shape_missing"),
        ({"a.safetensors": safetensors(SINGLE)}, {"shape_of": "nowhere"}, "model.shape_missing"),
        (
            {"a.safetensors": safetensors(SINGLE)},
            {"shape_of": "hub:o/sd15"},
            "model.shape_mismatch",
        ),
        ({"a.safetensors": safetensors({"x": (2,)})}, {}, "model.base_unknown"),
        ({"a.safetensors": b"PK\x03\x04" + b"\0" * 99}, {}, "model.weights_pickled"),
        ({"a.safetensors": b"\x80\x04K\x01."}, {}, "model.weights_pickled"),
        ({"a.safetensors": safetensors(LORA)}, {"sha256": "0" * 64}, "model.checksum_wrong"),
        ({"a.safetensors": b"", "b.safetensors": b""}, {}, "model.file_not_found"),
        ({"a.bin": b""}, {}, "model.file_not_found"),
        ({**pipeline(), UNET: b"\x80\x04K\x01."}, {}, "model.weights_pickled"),
        ({**pipeline(), "unet/config.json": b"["}, {}, "model.file_broken"),
        ({**pipeline(), "vae/config.json": b'{"auto_map": {}}'}, {}, "model.foreign_code"),
        (pipeline(width=5000), {}, "model.base_unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("model.") else "",
)
async def test_what_cannot_be_served_is_refused_and_leaves_nothing(
    workshop: Workshop,
    hub: Hub,
    shelf: Path,
    database: Database,
    files: dict[str, bytes],
    wish: dict[str, Any],
    code: str,
) -> None:
    hub.put("o/bad", files)
    hub.put("o/sd15", pipeline(width=768))
    done = await workshop.install("hub:o/bad", **wish)
    assert (done.state, done.error_code) == ("failed", code)
    assert done.error_detail
    assert await entry(database, done.name) is None
    assert not (shelf / done.name).exists()
    assert hidden(shelf) == []


async def test_a_failed_replacement_leaves_the_old_one_in_service(
    workshop: Workshop, hub: Hub, shelf: Path
) -> None:
    hub.put("owner/tiny", pipeline())
    name = (await workshop.install("hub:owner/tiny")).name
    hub.put("owner/bad", {**pipeline(), UNET: b"\x80"})
    assert (await workshop.install("hub:owner/bad", name=name)).state == "failed"
    assert (shelf / name / UNET).read_bytes() == pipeline()[UNET]


async def test_a_download_that_breaks_goes_on_where_it_stopped(
    workshop: Workshop, hub: Hub, shelf: Path
) -> None:
    files = pipeline(rows=3000)
    hub.put("owner/tiny", files)
    lfs = f"/lfs{hub.resolve('owner/tiny', UNET)}"
    hub.spoil(lfs, Oddity(cut_at=2_000_000), Oddity(status=503), Oddity(cut_at=10))
    done = await workshop.install("hub:owner/tiny")
    assert done.state == "done"
    assert (shelf / done.name / UNET).read_bytes() == files[UNET]
    ranges = [asked.range for asked in hub.asked if asked.path == lfs]
    assert ranges[0] == ""
    assert ranges[1] == ranges[2] == "bytes=2000000-"
    assert ranges[3] == "bytes=2000010-"
    assert len(ranges) == 4


async def test_a_source_that_stays_away_is_given_up(workshop: Workshop, hub: Hub) -> None:
    hub.put("owner/tiny", pipeline())
    hub.spoil("/api/models/owner/tiny/revision/main", Oddity(status=500, keep=True))
    done = await workshop.install("hub:owner/tiny")
    assert (done.state, done.error_code, done.attempts) == ("failed", "model.source_unreachable", 8)


async def test_bytes_of_an_earlier_attempt_do_not_count_again(workshop: Workshop, hub: Hub) -> None:
    hub.put("owner/tiny", pipeline())
    hub.spoil(f"/lfs{hub.resolve('owner/tiny', UNET)}", Oddity(status=503, keep=True))
    done = await workshop.install("hub:owner/tiny")
    assert (done.state, done.error_code, done.attempts) == ("failed", "model.source_unreachable", 8)


async def test_a_name_has_one_writer(workshop: Workshop, hub: Hub) -> None:
    hub.put("owner/tiny", pipeline())
    first = await workshop.order("hub:owner/tiny")
    with pytest.raises(InstallUnderWay) as caught:
        await workshop.order("hub:owner/tiny", name=first.name)
    assert caught.value.extra == {"install_id": str(first.id)}
    assert (await workshop.work(first.id)).state == "done"


async def test_more_than_the_limit_or_the_disk_is_refused_before_it_is_fetched(
    make_workshop: Callable[..., Workshop], hub: Hub
) -> None:
    hub.put("owner/tiny", pipeline())
    small = make_workshop(largest_checkpoint_bytes=100_000)
    assert (await small.install("hub:owner/tiny")).error_code == "model.file_too_large"
    hub.listing["owner/tiny"] = [
        {**each, "size": 2**49 if each["rfilename"] == UNET else each["size"]}
        for each in hub.listed("owner/tiny")
    ]
    large = make_workshop(largest_checkpoint_bytes=2**50)
    assert (await large.install("hub:owner/tiny")).error_code == "model.disk_full"
    assert not [asked for asked in hub.asked if asked.path.startswith("/lfs")]
