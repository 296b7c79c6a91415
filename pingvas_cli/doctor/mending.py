"""Does what `doctor --fix` was allowed to do, one after another, and says what came of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pingvas_cli.doctor.fixes import Fix, QuotaRequest, Suggestion
from pingvas_cli.doctor.suggestions import write
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.quotas import Quotas


def mend(fixes: Sequence[Fix], quotas: Quotas, file: Path) -> Iterator[Message]:
    """Suggestions first, which are ours alone; then what AWS is asked for."""
    suggestions = [fix for fix in fixes if isinstance(fix, Suggestion)]
    if suggestions:
        write(file, suggestions)
        yield msg("doctor.suggestion_written", file=file, count=len(suggestions))
    for fix in fixes:
        if isinstance(fix, QuotaRequest):
            request = quotas.request(fix.code, fix.value)
            yield msg("doctor.quota_requested", name=fix.name, value=fix.value, request=request)
