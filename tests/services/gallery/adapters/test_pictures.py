"""Strangers' bytes: only whole, small, single pictures pass, and only their pixels."""

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from PIL import Image

from services.gallery.adapters.pictures import PillowPictures
from services.gallery.ports.pictures import PictureSidesRefused, PictureUnreadable, Purpose
from tests.services.gallery.conftest import picture
from tests.services.gallery.hostile import REFUSED, WRONG_SIDES, with_metadata, with_zip_behind


@pytest.fixture
def pictures() -> Iterator[PillowPictures]:
    pictures = PillowPictures()
    yield pictures
    pictures.close()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_picture_is_refused(pictures: PillowPictures, name: str) -> None:
    with pytest.raises(PictureUnreadable):
        await pictures.cleaned(REFUSED[name], Purpose.SOURCE)


@pytest.mark.parametrize("name", WRONG_SIDES)
async def test_bombs_are_refused_before_they_unfold(pictures: PillowPictures, name: str) -> None:
    tracemalloc.start()
    with pytest.raises(PictureSidesRefused):
        await pictures.cleaned(WRONG_SIDES[name], Purpose.SOURCE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * 2**20


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_nothing_but_pixels_passes(pictures: PillowPictures, kind: str) -> None:
    sent = with_metadata(kind)
    assert b"carried inside" in sent
    assert b"Camera" in sent
    clean = await pictures.cleaned(sent, Purpose.SOURCE)
    assert b"carried inside" not in clean.content
    assert b"Camera" not in clean.content
    image = opened(clean.content)
    assert (image.format, image.mode, image.info) == ("PNG", "RGB", {})
    assert image.size == (clean.width, clean.height) == (32, 64), "turned upright first"


async def test_what_hangs_behind_a_picture_is_cut_off(pictures: PillowPictures) -> None:
    sent = with_zip_behind()
    assert b"secret.txt" in sent
    clean = await pictures.cleaned(sent, Purpose.SOURCE)
    assert clean.content == (await pictures.cleaned(picture(), Purpose.SOURCE)).content


async def test_a_mask_is_grey_and_see_through_is_white(pictures: PillowPictures) -> None:
    layer = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
    layer.paste((0, 0, 0, 255), (0, 0, 8, 16))
    buffer = io.BytesIO()
    layer.save(buffer, "PNG")
    mask = opened((await pictures.cleaned(buffer.getvalue(), Purpose.MASK)).content)
    assert mask.mode == "L"
    assert (mask.getpixel((2, 2)), mask.getpixel((12, 2))) == (0, 255)


@pytest.mark.parametrize("mode", ["P", "1", "LA", "I;16", "CMYK"])
async def test_odd_kinds_of_pixels_become_plain_ones(pictures: PillowPictures, mode: str) -> None:
    buffer = io.BytesIO()
    Image.new(mode, (16, 16)).save(buffer, "JPEG" if mode == "CMYK" else "PNG")
    clean = await pictures.cleaned(buffer.getvalue(), Purpose.SOURCE)
    assert opened(clean.content).mode == "RGB"


async def test_a_telephones_picture_with_its_preview(pictures: PillowPictures) -> None:
    buffer = io.BytesIO()
    preview = Image.new("RGB", (16, 16), "green")
    Image.new("RGB", (64, 64), "red").save(buffer, "MPO", save_all=True, append_images=[preview])
    clean = await pictures.cleaned(buffer.getvalue(), Purpose.SOURCE)
    assert (clean.width, clean.height) == (64, 64)


async def test_a_thumbnail_is_a_small_webp(pictures: PillowPictures) -> None:
    small = await pictures.thumbnail(picture(side=1024))
    image = opened(small.content)
    assert (image.format, image.size) == ("WEBP", (384, 384))
    red, navy = image.getpixel((20, 20)), image.getpixel((360, 20))
    assert isinstance(red, tuple)
    assert isinstance(navy, tuple)
    assert red[0] > 200 > 100 > navy[0]
    assert len(small.content) < 10_000


async def test_a_small_picture_is_not_made_larger(pictures: PillowPictures) -> None:
    assert (await pictures.thumbnail(picture(side=64))).width == 64
