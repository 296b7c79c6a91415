"""The table of variables in services/README.md is what the programs read, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from services.gallery.settings import GallerySettings
from services.generation.settings import GenerationSettings
from services.model.settings import ModelSettings
from services.payment.settings import PaymentSettings
from services.user.administrator import AdministratorSettings
from services.user.settings import KeySettings, UserSettings
from worker.settings import WorkerSettings

README = Path(__file__).parents[2] / "services" / "README.md"
ROW = re.compile(r"^\| `PINGVAS_(\w+)` \| ([^|]+) \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
SERVICES: dict[str, type[BaseSettings]] = {
    "user": UserSettings,
    "payment": PaymentSettings,
    "generation": GenerationSettings,
    "gallery": GallerySettings,
    "model": ModelSettings,
}
PROGRAMS: dict[str, type[BaseSettings]] = {
    **SERVICES,
    "administrator": AdministratorSettings,
    "keys": KeySettings,
    "worker": WorkerSettings,
}
WITHOUT_CLASS = {"OWNER_DATABASE_URL": ("migrations", "required")}


def table() -> dict[str, tuple[str, str]]:
    """Each variable with its readers and its default, as the classes have them."""
    readers: dict[str, dict[str, str]] = {}
    for program, settings in PROGRAMS.items():
        for name, field in settings.model_fields.items():
            readers.setdefault(name.upper(), {})[program] = default_of(field)
    rows = {
        name: (", ".join(in_short(list(found))), " / ".join(dict.fromkeys(found.values())))
        for name, found in readers.items()
    }
    return {**rows, **WITHOUT_CLASS}


def default_of(field: FieldInfo) -> str:
    """A default in a word."""
    if field.is_required():
        return "required"
    if field.default_factory or isinstance(field.default, dict | tuple):
        return "see there"
    value = field.default
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    return "none" if plain in (None, "") else str(plain)


def in_short(programs: list[str]) -> list[str]:
    """The five services by one name when all of them read it."""
    if set(SERVICES) <= set(programs):
        return ["services", *(name for name in programs if name not in SERVICES)]
    return programs


def test_the_table_is_what_the_programs_read() -> None:
    told = {name: (who, default) for name, who, default in ROW.findall(README.read_text())}
    assert told == table()


def test_the_table_is_in_alphabetical_order() -> None:
    names = [name for name, _, _ in ROW.findall(README.read_text())]
    assert names == sorted(names)
