"""The state folder and its rooms, closed to other users."""

from __future__ import annotations

from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.errors import Message, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present

# Its presence says that the folder is a platform's own, and may be removed with it.
MARK: Final = "pingvas-platform"


class StateFolder:
    """Makes the folders, mode 0700."""

    slug = "state-folder"
    title = msg("local.state_folder")
    patience_s = 10.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        private = all(f.is_dir() and f.stat().st_mode & 0o077 == 0 for f in ctx.layout.folders)
        marked = (ctx.layout.root / MARK).exists()
        return Present() if private and marked else Absent()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return (msg("local.preview_folder", folder=str(ctx.layout.root)),)

    def apply(self, ctx: LocalContext) -> Applied:
        for folder in ctx.layout.folders:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        (ctx.layout.root / MARK).touch(mode=0o600)
        return Done()
