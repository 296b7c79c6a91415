"""Bytes that call themselves pictures."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image, PngImagePlugin

from tests.services.gallery.conftest import picture

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def header(width: int, height: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is large; a few hundred bytes of zeros stand for all its pixels."""
    zeros = zlib.compress(bytes(100_000))
    return SIGNATURE + header(width, height) + chunk(b"IDAT", zeros) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small picture with 200 MiB of compressed text."""
    text = b"words\0\0" + zlib.compress(bytes(200 * 2**20), 1)
    plain = picture()
    return plain[:33] + chunk(b"zTXt", text) + plain[33:]


def with_zip_behind() -> bytes:
    """A picture that is an archive as well."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("secret.txt", "carried inside")
    return picture() + buffer.getvalue()


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=50)
    return buffer.getvalue()


def with_metadata(kind: str) -> bytes:
    """A picture lying on its side that tells where it was taken, and more."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010F] = "A Camera Maker"
    exif.get_ifd(0x8825)[1] = "N"
    image = Image.new("RGB", (64, 32), "navy")
    buffer = io.BytesIO()
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", "carried inside")
        image.save(buffer, kind, exif=exif, pnginfo=words)
    else:
        image.save(buffer, kind, exif=exif, xmp=b"<x>carried inside</x>")
    return buffer.getvalue()


def truncated(kind: str) -> bytes:
    whole = picture(kind, 256)
    return whole[: len(whole) * 2 // 3]


def in_kind(kind: str) -> bytes:
    """A picture of a kind that is not taken."""
    return picture(kind)


REFUSED: Mapping[str, bytes] = {
    "nothing": b"",
    "text": b"hello",
    "html": b"<html><script>alert(1)</script></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>',
    "gif": in_kind("GIF"),
    "bmp": in_kind("BMP"),
    "tiff": in_kind("TIFF"),
    "signature alone": SIGNATURE,
    "header alone": SIGNATURE + header(64, 64),
    "no pixels": SIGNATURE + header(64, 64) + chunk(b"IEND", b""),
    "riff of sound": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(32),
    "postscript behind a jpeg's first bytes": b"\xff\xd8\xff%!PS-Adobe-3.0 EPSF-3.0\n",
    "truncated png": truncated("PNG"),
    "truncated jpeg": truncated("JPEG"),
    "truncated webp": truncated("WEBP"),
    "animated png": animated("PNG"),
    "animated webp": animated("WEBP"),
    "text bomb": text_bomb(),
}
WRONG_SIDES: Mapping[str, bytes] = {
    "bomb of 50000 x 50000": bomb(50_000, 50_000),
    "bomb of 20000 x 20000": bomb(20_000, 20_000),
    "bomb of 2147483647 x 1": bomb(2_147_483_647, 1),
    "a side too long": bomb(4_097, 64),
    "a side too short": picture(side=7),
}
