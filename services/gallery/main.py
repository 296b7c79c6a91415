"""The gallery service put together: its routes, and the tasks that run beside them.

The object store may be away when it starts, and at any time later; nothing here waits for it.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.gallery.actions.count_views import CountViews
from services.gallery.actions.expire_images import ExpireImages
from services.gallery.actions.forget_people import ForgetPeople
from services.gallery.actions.make_thumbnails import MakeThumbnails
from services.gallery.actions.purge_objects import PurgeObjects
from services.gallery.actions.write_export import WriteExport
from services.gallery.adapters.cloudfront_signer import CloudFrontSigner
from services.gallery.adapters.credentials import ChainKeys
from services.gallery.adapters.object_store import S3Store
from services.gallery.adapters.pictures import PillowPictures
from services.gallery.adapters.s3_signer import S3Signer, key_source
from services.gallery.adapters.safety import SafetyRules
from services.gallery.ports.object_store import StoreAway
from services.gallery.ports.signer import Signer
from services.gallery.publicity import Views
from services.gallery.routes import ABOUT, ROUTERS, TAGS
from services.gallery.settings import GallerySettings
from services.gallery.showing import Showing
from services.kernel.app import create_service
from services.kernel.app.turns import Turn, every, repeating, taking_turns

THUMBNAILS_EVERY_S = 2.0
EXPORTS_EVERY_S = 2.0
VIEWS_EVERY_S = 5.0
PURGE_EVERY_S = 60.0
EXPIRE_EVERY_S = 3_600.0
PEOPLE_EVERY_S = 3_600.0


def create_app(settings: GallerySettings | None = None, *, has_background: bool = True) -> FastAPI:
    """The application; reads the environment when no settings are given.

    Without its background it answers requests, and leaves all other work to other replicas.
    """
    settings = settings or GallerySettings.from_environment()
    app = create_service("gallery", settings, ROUTERS, about=ABOUT, tags=TAGS, lifespan=_life)
    app.state.has_background = has_background
    state = app.state
    state.keys = key_source(settings)
    state.signer = S3Signer.of(settings, state.keys, settings.signed_url_lifetime_s)
    state.showing = Showing(_picture_signer(app, settings.signed_url_lifetime_s))
    state.public_showing = Showing(_picture_signer(app, settings.shared_url_lifetime_s))
    state.safety = SafetyRules(
        settings.share_refused_words, allow_unchecked=settings.share_unchecked
    )
    state.store = S3Store.of(settings)
    state.pictures = PillowPictures()
    state.views = Views()
    return app


def _picture_signer(app: FastAPI, lifetime_s: int) -> Signer:
    """Pictures come from the content network where there is one, else from the bucket."""
    settings: GallerySettings = app.state.settings
    if settings.cdn_url:
        return CloudFrontSigner.of(settings, lifetime_s)
    return S3Signer.of(settings, app.state.keys, lifetime_s)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    try:
        async with taking_turns(_turns(app) if state.has_background else {}, (StoreAway,)):
            yield
        await CountViews(state.database, state.views).run()
    finally:
        state.pictures.close()
        state.store.close()


def _turns(app: FastAPI) -> Mapping[str, Turn]:
    state, settings = app.state, app.state.settings
    database, store, days = state.database, state.store, settings.removed_image_days
    thumbnails = MakeThumbnails(database, store, state.pictures)
    export = WriteExport(database, store, settings.export_lifetime_s)
    turns = {
        "thumbnails": repeating(thumbnails.run, THUMBNAILS_EVERY_S),
        "exports": repeating(export.run, EXPORTS_EVERY_S),
        "purge": repeating(PurgeObjects(database, store, days).run, PURGE_EVERY_S),
        "expiry": every(ExpireImages(database, settings.tiers).run, EXPIRE_EVERY_S),
        "people": every(ForgetPeople(database).run, PEOPLE_EVERY_S),
        "views": every(CountViews(database, state.views).run, VIEWS_EVERY_S),
    }
    if isinstance(state.keys, ChainKeys):
        turns["keys"] = state.keys.turn
    return turns
