"""`python -m services.generation`."""

from services.generation.main import create_app
from services.generation.settings import GenerationSettings
from services.kernel.app import serve


def main() -> None:
    """Serve until told to stop."""
    settings = GenerationSettings.from_environment()
    serve("generation", settings, lambda: create_app(settings))


if __name__ == "__main__":
    main()
