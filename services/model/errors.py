"""The refusals of the model service, each with its code and status."""

from services.kernel.errors import Problem


class CheckpointNotFound(Problem):
    """No such checkpoint, or one that is switched off."""

    code, status, title = "model.checkpoint_not_found", 404, "There is no such checkpoint"


class NameMismatch(Problem):
    """The manifest is of another checkpoint than the address."""

    code, status = "model.name_mismatch", 422
    title = "The manifest's name differs from the address's"
