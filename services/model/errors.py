"""The refusals of the model service, each with its code and status."""

from uuid import UUID

from services.kernel.errors import Problem


class CheckpointNotFound(Problem):
    """No such checkpoint, or one that is switched off or removed."""

    code, status, title = "model.checkpoint_not_found", 404, "There is no such checkpoint"


class CheckpointBeingRemoved(Problem):
    """It is on its way out; its name is free again when that is done."""

    code, status, title = "model.checkpoint_being_removed", 409, "The checkpoint is being removed"


class NameMismatch(Problem):
    """The manifest is of another checkpoint than the address."""

    code, status, title = (
        "model.name_mismatch",
        409,
        "The manifest's name differs from the address's",
    )


class InstallNotFound(Problem):
    """No installation has this id."""

    code, status, title = "model.install_not_found", 404, "There is no such installation"


class InstallUnderWay(Problem):
    """One installation of a name at a time; the member `install_id` names the other one."""

    code, status, title = "model.install_under_way", 409, "This name is being installed"

    def __init__(self, install_id: UUID | None = None) -> None:
        super().__init__(**({} if install_id is None else {"install_id": str(install_id)}))


class InstallEnded(Problem):
    """It is done, failed or cancelled already."""

    code, status, title = "model.install_ended", 409, "The installation has ended already"


class SourceRefused(Problem):
    """Nobody may be sent to this address."""

    code, status, title = "model.source_refused", 403, "Nothing is installed from this address"


class ShelfMissing(Problem):
    """This service keeps the catalogue alone: no folder of checkpoints is set up."""

    code, status, title = "model.shelf_missing", 409, "Nothing can be installed from here"


class UploadNotAwaited(Problem):
    """The installation takes no bytes: its source is another, or it has all of them."""

    code, status, title = "model.upload_not_awaited", 409, "No upload is awaited here"


class UploadOffsetWrong(Problem):
    """The member `offset` says how many bytes lie here: go on from there."""

    code, status, title = "model.upload_offset_wrong", 409, "The upload goes on elsewhere"

    def __init__(self, offset: int = 0) -> None:
        super().__init__(offset=offset)


class UploadBusy(Problem):
    """Another request writes this upload now."""

    code, status, title = "model.upload_busy", 409, "The upload is being written by another request"


class UploadTooLong(Problem):
    """More bytes than were announced, or than this service takes."""

    code, status, title = "model.upload_too_long", 413, "The upload is longer than announced"


class DiskFull(Problem):
    """There is no room for it on the shelf; nothing that lies there is touched."""

    code, status, title = "model.disk_full", 507, "No space is left for checkpoints"
