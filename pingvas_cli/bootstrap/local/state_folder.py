"""The state folder and its rooms, closed to other users."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.errors import Message, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, StepFailed

# Its presence says that the folder is a platform's own, and may be removed with it.
MARK: Final = "pingvas-platform"


def belongs_to_somebody_else(root: Path) -> bool:
    """True for a folder that holds things but not our mark, and for `/` and a home folder."""
    if (root / MARK).exists():
        return False
    if root in (Path(root.anchor), Path.home()):
        return True
    return root.is_dir() and any(root.iterdir())


class StateFolder:
    """Makes the folders, mode 0700.

    Where PostgreSQL must run as another account, that account may pass through the state folder
    (0711) to the data that is its own; every other room and file stays closed.
    """

    slug = "state-folder"
    title = msg("local.state_folder")
    patience_s = 10.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        private = all(
            folder.is_dir() and folder.stat().st_mode & 0o777 == _mode(ctx, folder)
            for folder in ctx.layout.folders
        )
        marked = (ctx.layout.root / MARK).exists()
        return Present() if private and marked else Absent()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return (msg("local.preview_folder", folder=str(ctx.layout.root)),)

    def apply(self, ctx: LocalContext) -> Applied:
        if belongs_to_somebody_else(ctx.layout.root):
            raise StepFailed("local.folder_in_use", where=str(ctx.layout.root))
        (ctx.layout.root).mkdir(parents=True, exist_ok=True)
        (ctx.layout.root / MARK).touch(mode=0o600)
        for folder in ctx.layout.folders:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(_mode(ctx, folder))
        return Done()


def _mode(ctx: LocalContext, folder: Path) -> int:
    passed_through = folder == ctx.layout.root and ctx.database_server.run_as() is not None
    return 0o711 if passed_through else 0o700
