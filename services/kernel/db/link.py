"""One connection, which can also run a whole transaction in a single round trip.

`in_one_trip` sends all its commands and one Sync in libpq's pipeline mode. PostgreSQL runs them as
one transaction: what fails, at the end too, undoes all. Statements are prepared at their first use
under a name made of their text, so that a name can never mean another statement, also where a
pooler hands the same server connection to many.
"""

from __future__ import annotations

import hashlib
import re
import select
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import psycopg
from psycopg import AsyncConnection, generators
from psycopg import abc as protocols
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from services.kernel.db.refusals import DatabaseRefused, DatabaseUnavailable

Row = dict[str, Any]
PARAMETER = re.compile(r"%\((\w+)\)s|%%")
PREPARED_AT_MOST = 200
STATEMENT_LOST = ("26000", "42P05")
"""A prepared statement is not there, or is there already."""
TABLES_CHANGED = "RevalidateCachedQuery"


class StatementLost(Exception):
    """A pooler does not keep prepared statements, or a migration has changed their tables."""


class Command(NamedTuple):
    """A statement with `$1`, and its values in that order."""

    statement: bytes
    values: Sequence[object]


@lru_cache(maxsize=1_000)
def numbered(text: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with `%(name)s` as one with `$1`, and the names in that order."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        name = found[1]
        return f"${names.setdefault(name, len(names) + 1)}" if name else "%"

    return PARAMETER.sub(number, text).encode(), tuple(names)


class Link(AsyncConnection[Row]):
    """A connection that remembers which statements the server knows."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - psycopg's
        super().__init__(*arguments, **options)
        self._known: set[bytes] = set()

    def was_lost(self) -> bool:
        """Whether an idle connection has something to say, which is that its server has gone."""
        poll = select.poll()
        poll.register(self.pgconn.socket, select.POLLIN)
        return bool(poll.poll(0))

    async def in_one_trip(self, *commands: Command, prepares: bool) -> list[Row]:
        """Run the commands as one transaction; the rows of the last one."""
        transformer: protocols.Transformer = Transformer(self)
        try:
            self.pgconn.enter_pipeline_mode()
            sent = [part for each in commands for part in self._send(transformer, each, prepares)]
            self.pgconn.pipeline_sync()
            results = await self.wait(_results(self.pgconn))
            self.pgconn.exit_pipeline_mode()
        except BaseException:  # nothing is known about a transaction in mid-air
            await self.close()
            raise
        for name, result in zip(sent, results, strict=False):
            _require(result)
            if name:
                self._known.add(name)
        _require(results[-2])  # such as a constraint that is looked at when all is done
        return _rows(transformer, results[len(sent) - 1])

    def _send(
        self, transformer: protocols.Transformer, command: Command, prepares: bool
    ) -> list[bytes]:
        """Send it; for each answer to come, the name that it prepares or nothing."""
        values = transformer.dump_sequence(command.values, [PyFormat.AUTO] * len(command.values))
        types, formats = transformer.types, transformer.formats
        name = _name(command.statement, types)
        is_new = name not in self._known
        if not prepares or (is_new and len(self._known) >= PREPARED_AT_MOST):
            self.pgconn.send_query_params(command.statement, values, types, formats, 1)
            return [b""]
        if is_new:
            self.pgconn.send_prepare(name, command.statement, types)
        self.pgconn.send_query_prepared(name, values, formats, 1)
        return [name, b""] if is_new else [b""]


@lru_cache(maxsize=2_000)
def _name(statement: bytes, types: tuple[int, ...]) -> bytes:
    return b"p" + hashlib.sha256(statement + repr(types).encode()).hexdigest()[:30].encode()


def _results(pgconn: PGconn) -> protocols.PQGen[list[PGresult]]:
    yield from generators.send(pgconn)
    found: list[PGresult] = []
    while not found or found[-1].status != ExecStatus.PIPELINE_SYNC:
        found += yield from generators.fetch_many(pgconn)
    return found


def _rows(transformer: protocols.Transformer, result: PGresult) -> list[Row]:
    if result.status != ExecStatus.TUPLES_OK:
        return []
    names = [(result.fname(index) or b"").decode() for index in range(result.nfields)]
    transformer.set_pgresult(result)
    return transformer.load_rows(
        0, result.ntuples, lambda values: dict(zip(names, values, strict=True))
    )


def _require(result: PGresult) -> None:
    if result.status != ExecStatus.FATAL_ERROR:
        return
    sqlstate = _field(result, DiagnosticField.SQLSTATE)
    told_by = _field(result, DiagnosticField.SOURCE_FUNCTION)
    if sqlstate in STATEMENT_LOST or told_by == TABLES_CHANGED:
        raise StatementLost(sqlstate)
    if _may_pass(sqlstate):
        raise DatabaseUnavailable
    raise DatabaseRefused(
        sqlstate,
        _field(result, DiagnosticField.CONSTRAINT_NAME),
        _field(result, DiagnosticField.MESSAGE_PRIMARY),
    )


def _field(result: PGresult, field: DiagnosticField) -> str:
    return (result.error_field(field) or b"").decode(errors="replace")


def _may_pass(sqlstate: str) -> bool:
    try:
        return issubclass(psycopg.errors.lookup(sqlstate), psycopg.OperationalError)
    except KeyError:
        return False
