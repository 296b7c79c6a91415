"""`python -m services.model`."""

from services.kernel.app import serve
from services.model.main import create_app
from services.model.settings import ModelSettings


def main() -> None:
    """Serve until told to stop."""
    settings = ModelSettings.from_environment()
    serve("model", settings, lambda: create_app(settings))


if __name__ == "__main__":
    main()
