"""The generation service's addresses, one noun a file. They only translate: actions decide."""

from services.generation.routes import generations, progress, quotes

ABOUT = """\
Takes jobs that make pictures, holds their price in credits, and tells how they go on. The pictures
themselves are in the gallery.
"""
TAGS = {
    "generations": "Jobs: ordered, shown, cancelled.",
    "quotes": "What a job would cost.",
    "events": "How jobs go on, as server-sent events.",
}
ROUTERS = (generations.router, quotes.router, progress.router)
