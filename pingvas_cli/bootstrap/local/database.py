"""PostgreSQL: the data folder, its settings, and the server.

Write-ahead log archiving is on from the start, so that any later moment can be restored.
"""

from __future__ import annotations

from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.supervised import SupervisedStep
from pingvas_cli.errors import Message, PingvasError, msg
from pingvas_cli.ports.database_server import Account
from pingvas_cli.ports.supervisor import Program

SUPERUSER: Final = "pingvas_superuser"
SETTINGS: Final = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 200
shared_buffers = '64MB'
wal_level = replica
wal_compression = on
archive_mode = on
archive_command = '{archive_command}'
archive_timeout = '300s'
max_wal_senders = 4
log_line_prefix = '%m [%p] %q%u@%d '
log_destination = 'stderr'
timezone = 'UTC'
"""
ARCHIVE_COMMAND: Final = (
    'test ! -f "{folder}/%f.gz" && gzip -c "%p" > "{folder}/%f.gz.part"'
    ' && mv "{folder}/%f.gz.part" "{folder}/%f.gz"'
)


class DatabaseServerStep(SupervisedStep):
    """One server for both environments, as on AWS (inventory 29)."""

    slug = "database"
    title = msg("local.database")

    def programs(self, ctx: LocalContext) -> tuple[Program, ...]:
        return (
            Program(
                "postgres",
                ctx.database_server.command(ctx.layout.database, ctx.ports["postgres"]),
                ctx.layout.database.parent,
                ctx.layout.log("postgres"),
                environment={"LC_ALL": "C"},
                stop_signal="INT",
                stop_wait_s=20,
                run_as=ctx.database_server.run_as(),
            ),
        )

    def prepare(self, ctx: LocalContext) -> None:
        data = ctx.layout.database
        if not ctx.database_server.initialised(data):
            if ctx.journal.has_done(self.slug):
                raise PingvasError("local.database_lost", where=str(data))
            superuser = Account(SUPERUSER, ctx.secrets.database_superuser)
            ctx.database_server.initialise(data, superuser, settings(ctx))

    def unready(self, ctx: LocalContext) -> Message | None:
        return (
            None if ctx.database.answers(superuser_url(ctx)) else msg("local.waiting_for_database")
        )


def superuser_url(ctx: LocalContext) -> str:
    """Where bootstrap signs in to make roles."""
    account = Account(SUPERUSER, ctx.secrets.database_superuser)
    return account.url(ctx.ports["postgres"], "postgres")


def settings(ctx: LocalContext) -> str:
    """The server's own settings file."""
    archive = ARCHIVE_COMMAND.format(folder=ctx.layout.wal_archive).replace("'", "''")
    return SETTINGS.format(archive_command=archive)
