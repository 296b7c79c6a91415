"""One connection, which can also run whole transactions in a single round trip.

`in_one_trip` sends each transaction's commands and a Sync after them, in libpq's pipeline mode.
PostgreSQL runs what comes before a Sync as one transaction: what fails, at the end too, undoes all
of it and nothing else. Statements are prepared at their first use under a name made of their text,
so that a name can never mean another statement, also where a pooler hands the same server
connection to many.
"""

from __future__ import annotations

import hashlib
import re
import select
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import psycopg
from psycopg import AsyncConnection, generators
from psycopg import abc as protocols
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult

from services.kernel.db.refusals import DatabaseRefused, DatabaseUnavailable

Row = dict[str, Any]
PARAMETER = re.compile(r"%\((\w+)\)s|%%")
PREPARED_AT_MOST = 200
ENCODER: protocols.Transformer = Transformer()
STATEMENT_LOST = ("26000", "42P05")
"""A prepared statement is not there, or is there already."""
TABLES_CHANGED = "RevalidateCachedQuery"


UNREADABLE = (psycopg.Error, ArithmeticError, ValueError)
"""A value that Python has no room for, such as a time that is infinite."""


class StatementLost(Exception):
    """A pooler does not keep prepared statements, or a migration has changed their tables."""


class Command(NamedTuple):
    """A statement with `$1`, and its values in that order as they are sent."""

    statement: bytes
    name: bytes
    values: Sequence[protocols.Buffer | None]
    types: tuple[int, ...]
    formats: Sequence[psycopg.pq.Format]

    @classmethod
    def of(cls, statement: bytes, values: Sequence[object]) -> Command:
        """Raises psycopg's errors when a value can't be sent, such as text with a NUL."""
        sent = ENCODER.dump_sequence(values, [PyFormat.AUTO] * len(values))
        types, formats = ENCODER.types or (), ENCODER.formats or ()
        return cls(statement, _name(statement, types), sent, types, formats)


Transaction = Sequence[Command]
Outcome = list[Row] | Exception
"""The rows of a transaction's last command, or why there are none."""
Tell = Callable[[int, Outcome], None]
FAILURES = (StatementLost, DatabaseUnavailable, DatabaseRefused, *UNREADABLE)


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

    async def in_one_trip(
        self, transactions: Sequence[Transaction], tell: Tell, *, prepares: bool
    ) -> None:
        """Run each by itself, in this order, and tell of each as soon as it is known."""
        names: set[bytes] = set()
        try:
            self.pgconn.enter_pipeline_mode()
            sent = [self._send(each, prepares, names) for each in transactions]
            await self.wait(self._tell_results(sent, tell))
            self.pgconn.exit_pipeline_mode()
        except BaseException:  # nothing is known about a transaction in mid-air
            await self.close()
            raise

    def _send(self, transaction: Transaction, prepares: bool, names: set[bytes]) -> list[bytes]:
        """Send all of one; for each answer to come, the name that it prepares or nothing.

        `names` are prepared by those before it in this trip.
        """
        sent: list[bytes] = []
        for statement, name, values, types, formats in transaction:
            is_new = name not in self._known and name not in names
            if not prepares or (is_new and len(self._known) >= PREPARED_AT_MOST):
                self.pgconn.send_query_params(statement, values, types, formats, 1)
            else:
                if is_new:
                    self.pgconn.send_prepare(name, statement, types)
                    names.add(name)
                    sent.append(name)
                self.pgconn.send_query_prepared(name, values, formats, 1)
            sent.append(b"")
        self.pgconn.pipeline_sync()
        return sent

    def _tell_results(self, sent: Sequence[Sequence[bytes]], tell: Tell) -> protocols.PQGen[None]:
        yield from generators.send(self.pgconn)
        results: list[PGresult] = []
        number = 0
        while number < len(sent):
            for result in (yield from generators.fetch_many(self.pgconn)):
                results.append(result)
                if result.status == ExecStatus.PIPELINE_SYNC:
                    tell(number, self._outcome(sent[number], results))
                    number, results = number + 1, []

    def _outcome(self, sent: Sequence[bytes], results: list[PGresult]) -> Outcome:
        try:
            for name, result in zip(sent, results, strict=False):
                _require(result)
                if name:
                    self._known.add(name)
            _require(results[-2])  # such as a constraint that is looked at when all is done
            return _rows(Transformer(self), results[len(sent) - 1])
        except FAILURES as failure:
            return failure


@lru_cache(maxsize=2_000)
def _name(statement: bytes, types: tuple[int, ...]) -> bytes:
    return b"p" + hashlib.sha256(statement + repr(types).encode()).hexdigest()[:30].encode()


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
