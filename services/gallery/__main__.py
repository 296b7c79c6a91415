"""`python -m services.gallery`."""

from services.gallery.main import create_app
from services.gallery.settings import GallerySettings
from services.kernel.app import serve


def main() -> None:
    """Serve until told to stop."""
    settings = GallerySettings.from_environment()
    serve("gallery", settings, lambda: create_app(settings))


if __name__ == "__main__":
    main()
