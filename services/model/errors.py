"""The refusals of the model service, each with its code and status."""

from services.kernel.errors import Problem


class CheckpointNotFound(Problem):
    """No such checkpoint, or one that is switched off."""

    def __init__(self) -> None:
        super().__init__("model.checkpoint_not_found", 404, "There is no such checkpoint")


class NameMismatch(Problem):
    """The manifest is of another checkpoint than the address."""

    def __init__(self) -> None:
        super().__init__(
            "model.name_mismatch", 422, "The manifest's name differs from the address's"
        )
