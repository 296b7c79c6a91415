"""The model service's addresses, one noun a file. They only translate: actions decide."""

from services.model.routes import checkpoints, installs

ROUTERS = (checkpoints.router, installs.router)
