"""The refusals of the gallery service, each with its code and status."""

from services.kernel.errors import Problem


class ImageNotFound(Problem):
    """No such picture, a removed one, or another person's: the answer is the same."""

    code, status, title = "gallery.image_not_found", 404, "There is no such image"


class AlbumNotFound(Problem):
    """No such album, or another person's."""

    code, status, title = "gallery.album_not_found", 404, "There is no such album"
