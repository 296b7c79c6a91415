"""The generation service's addresses, one noun a file. They only translate: actions decide."""

from services.generation.routes import generations, progress, quotes

ROUTERS = (generations.router, quotes.router, progress.router)
