"""What the command line's parser complains about, as our errors.

Every other mistake is raised as our error where it is found.
"""

from __future__ import annotations

from pingvas_cli.errors import UsageError, msg
from pingvas_cli.parser import BadOptionUsage, Complaint, NoSuchOption


def as_usage_error(error: Exception) -> UsageError | None:
    """The parser's complaint in our shape; None for everything else."""
    if not isinstance(error, Complaint):
        return None
    where = error.ctx.command_path if error.ctx is not None else "pingvas"
    match error:
        case NoSuchOption(option_name=name, possibilities=near):
            hint = (
                msg("cli.did_you_mean", name=near[0]) if near else msg("cli.see_help", path=where)
            )
            return UsageError("cli.no_such_option", where=where, name=name, hint=hint)
        case BadOptionUsage(option_name=name) if "does not take" in error.message:
            return UsageError("cli.option_takes_no_value", where=where, name=name)
        case BadOptionUsage(option_name=name):
            return UsageError("cli.option_needs_value", where=where, name=name)
        case _:
            return UsageError(
                "cli.bad_usage", where=where, path=where, detail=error.format_message()
            )
