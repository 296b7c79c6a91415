"""The gallery service's addresses, one noun a file."""

from fastapi import APIRouter

from services.gallery.routes.albums import router as albums
from services.gallery.routes.exports import router as exports
from services.gallery.routes.images import router as images
from services.gallery.routes.shares import router as shares
from services.gallery.routes.tags import router as tags
from services.gallery.routes.uploads import router as uploads

ROUTERS: tuple[APIRouter, ...] = (images, albums, tags, uploads, shares, exports)
