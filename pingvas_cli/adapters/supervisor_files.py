"""supervisord's configuration files, as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.supervisor import Program

MAIN_CONF: Final = """\
[supervisord]
logfile={logs}/supervisord.log
logfile_maxbytes=5MB
logfile_backups=2
loglevel=info
pidfile={folder}/supervisord.pid
childlogdir={logs}
directory={folder}
umask=077
identifier=pingvas
{user}
[unix_http_server]
file={socket}
chmod=0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{socket}

[include]
files = {folder}/conf.d/*.conf
"""
UNSAYABLE: Final = re.compile(r"[\r\n\0]|\s[;#]|%\(here\)s")


def main_text(folder: Path, logs: Path, socket: Path, *, as_root: bool) -> str:
    """supervisord's own settings; `as_root` says that running as root is meant."""
    user = "user=root\n" if as_root else ""
    return MAIN_CONF.format(folder=folder, logs=logs, socket=socket, user=user)


def group_text(group: str, programs: Sequence[Program]) -> str:
    """The file of one group: its programs and everything about them."""
    names = ",".join(program.name for program in programs)
    head = f"[group:{group}]\nprograms={names}\n"
    return head + "".join(_render_program(program) for program in programs)


def _render_program(program: Program) -> str:
    lines = {
        "command": " ".join(_quoted(word) for word in program.command),
        "directory": program.directory,
        "environment": ",".join(
            f"{name}={_value(name, value)}" for name, value in sorted(program.environment.items())
        ),
        "autostart": "false",
        "autorestart": "true",
        "startsecs": 1,
        "startretries": 1000,
        "stopsignal": program.stop_signal,
        "stopwaitsecs": program.stop_wait_s,
        "stopasgroup": "false",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": program.log,
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": 3,
        "priority": 999,
    }
    if program.run_as:
        lines["user"] = program.run_as
    body = "".join(f"{key}={value}\n" for key, value in lines.items() if value != "")
    return f"\n[program:{program.name}]\n{body}"


def _quoted(word: str) -> str:
    safe = word.replace("%", "%%")
    return f'"{safe}"' if any(mark in safe for mark in " ;'") else safe


def _value(name: str, value: str) -> str:
    """A value between quotes that it does not have; supervisord knows no escapes there.

    It also takes quotes off the ends, and ends a line where a comment seems to begin.
    """
    quote = "'" if '"' in value else '"'
    if quote in value or value.strip("'\"") != value or UNSAYABLE.search(value):
        raise PingvasError("local.environment_value", where=name, name=name)
    return f"{quote}{value.replace('%', '%%')}{quote}"
