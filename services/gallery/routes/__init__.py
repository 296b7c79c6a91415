"""The gallery service's addresses, one noun a file."""

from fastapi import APIRouter

from services.gallery.routes.albums import router as albums
from services.gallery.routes.exports import router as exports
from services.gallery.routes.images import router as images
from services.gallery.routes.shares import router as shares
from services.gallery.routes.tags import router as tags
from services.gallery.routes.uploads import router as uploads

ABOUT = """\
Your pictures: found, filed in albums, tagged, shared by link, taken away as an archive, removed;
and the pictures that you bring for jobs to begin from.
"""
TAGS = {
    "images": "Pictures that your jobs made, and their tags.",
    "albums": "Named sets of pictures.",
    "uploads": "Pictures that you bring.",
    "shares": "Links that open a picture or an album to everybody.",
    "exports": "Archives of your pictures.",
}
ROUTERS: tuple[APIRouter, ...] = (images, albums, tags, uploads, shares, exports)
