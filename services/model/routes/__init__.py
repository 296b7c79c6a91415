"""The model service's addresses, one noun a file. They only translate: actions decide."""

from services.model.routes import checkpoints, installs

ABOUT = """\
The catalogue of checkpoints and LoRAs that jobs may name, and how administrators install them.
"""
TAGS = {
    "checkpoints": "What jobs may name.",
    "installs": "Bringing weights in, for administrators.",
}
ROUTERS = (checkpoints.router, installs.router)
