"""When AWS works on things: windows that must be long enough and apart, and schedules it reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pingvas_cli.validation.cron import is_readable
from pingvas_cli.validation.fault import Fault, Subject, fault

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES: Final = 24 * 60
WEEK_MINUTES: Final = 7 * DAY_MINUTES
DATABASE_WINDOW_MINUTES: Final = 30
CACHE_WINDOW_MINUTES: Final = 60


def windows_are_apart(subject: Subject) -> Iterator[Fault]:
    """Copies and maintenance of one store never at the same time, and each long enough."""
    database, cache = subject.configuration.database, subject.configuration.cache
    pairs = (
        (
            ("database.backup_window", database.backup_window),
            ("database.maintenance_window", database.maintenance_window),
            DATABASE_WINDOW_MINUTES,
        ),
        (
            ("cache.prod.snapshot_window", cache.prod.snapshot_window),
            ("cache.maintenance_window", cache.maintenance_window),
            CACHE_WINDOW_MINUTES,
        ),
    )
    for daily, weekly, shortest in pairs:
        for key, window in (daily, weekly):
            if _length(window) < shortest:
                yield fault(key, "validation.window_too_short", window=window, minutes=shortest)
        if _minutes(daily[1]) & _minutes(weekly[1]):
            yield fault(weekly[0], "validation.windows_overlap", window=weekly[1], other=daily[1])


def schedules_are_readable(subject: Subject) -> Iterator[Fault]:
    """Schedules of copies and of tried restores, in AWS's own form of cron."""
    backup = subject.configuration.backup
    plans = ("file_store", "images", "monitoring", "restore_testing")
    for name in plans:
        schedule: str = getattr(backup, name).schedule
        if not is_readable(schedule):
            key = f"backup.{name}.schedule"
            yield fault(key, "validation.schedule_unreadable", schedule=schedule)


def _minutes(window: str) -> set[int]:
    """The minutes of a week that a window covers; a daily one covers each day's."""
    begin, length = _minute(window.partition("-")[0]), _length(window)
    starts = range(begin, begin + WEEK_MINUTES, _cycle(window))
    return {(start + minute) % WEEK_MINUTES for start in starts for minute in range(length)}


def _length(window: str) -> int:
    begin, end = map(_minute, window.split("-"))
    return (end - begin) % _cycle(window)


def _cycle(window: str) -> int:
    """Minutes until the window comes again."""
    return WEEK_MINUTES if window[:3] in DAYS else DAY_MINUTES


def _minute(moment: str) -> int:
    """`tue:01:30` and `01:30` as a minute of the week or the day."""
    *day, hours, minutes = moment.split(":")
    return (DAYS.index(day[0]) * DAY_MINUTES if day else 0) + int(hours) * 60 + int(minutes)
