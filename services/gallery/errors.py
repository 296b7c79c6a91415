"""The refusals of the gallery service, each with its code and status."""

from services.kernel.errors import Problem


class ImageNotFound(Problem):
    """No such picture, a removed one, or another person's: the answer is the same."""

    code, status, title = "gallery.image_not_found", 404, "There is no such image"


class AlbumNotFound(Problem):
    """No such album, or another person's."""

    code, status, title = "gallery.album_not_found", 404, "There is no such album"


class UploadNotFound(Problem):
    """No such upload, an expired one, or another person's."""

    code, status, title = "gallery.upload_not_found", 404, "There is no such upload"


class ShareNotFound(Problem):
    """No such link, a revoked or expired one, or one whose picture is gone or not to be shown."""

    code, status, title = "gallery.share_not_found", 404, "There is nothing behind this link"


class ExportNotFound(Problem):
    """No such archive, an expired one, or another person's."""

    code, status, title = "gallery.export_not_found", 404, "There is no such export"


class TagUnusable(Problem):
    """Nothing is left of a tag in its one spelling, or more than a tag may have."""

    code, status, title = "gallery.tag_unusable", 400, "This can't be used as a tag"

    def __init__(self, longest: int) -> None:
        super().__init__(longest_tag=longest)


class TooManyTags(Problem):
    """An image may have so many tags and no more."""

    code, status, title = "gallery.too_many_tags", 409, "This image has too many tags"

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class TooMany(Problem):
    """A person may have so many of these and no more."""

    code, status, title = "gallery.too_many", 409, "You have as many of these as you may have"

    def __init__(self, of: str, limit: int) -> None:
        super().__init__(of=of, limit=limit)


class MayNotBeShared(Problem):
    """The safety check does not allow it in public; an image that was not checked neither."""

    code, status, title = "gallery.may_not_be_shared", 409, "This may not be made public"


class NotAnImage(Problem):
    """The bytes are no PNG, JPEG or WebP, are damaged, or are more than one picture."""

    code, status, title = "gallery.not_an_image", 400, "This is not a whole PNG, JPEG or WebP image"


class ImageSidesRefused(Problem):
    """The picture is too small or too large; its bytes are not looked at further."""

    code, status, title = "gallery.image_sides_refused", 400, "The image is too small or too large"

    def __init__(self, smallest_side: int, largest_side: int) -> None:
        super().__init__(smallest_side_pixels=smallest_side, largest_side_pixels=largest_side)


class MediaTypeRefused(Problem):
    """The request says that its body is something else than an image."""

    code, status, title = (
        "gallery.media_type_refused",
        415,
        "Send image/png, image/jpeg or image/webp",
    )


class ExportRunning(Problem):
    """One archive at a time: the one before is not ready yet."""

    code, status, title = "gallery.export_running", 409, "Your last export is not ready yet"


class ExportTooLarge(Problem):
    """An archive holds so many images and no more."""

    code, status, title = "gallery.export_too_large", 409, "Too many images; export album by album"

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit)


class StoreUnavailable(Problem):
    """The object store cannot be reached now; the same request may work in a moment."""

    code, status, title = "gallery.store_unavailable", 503, "Images cannot be stored now"

    def __init__(self) -> None:
        super().__init__(retry_after_s=5)


class SigningUnavailable(Problem):
    """No keys for signing addresses were found yet."""

    code, status, title = "gallery.signing_unavailable", 503, "Images cannot be opened now"

    def __init__(self) -> None:
        super().__init__(retry_after_s=5)
