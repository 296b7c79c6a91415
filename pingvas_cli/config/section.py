"""What every section of `pingvas.yaml` is: frozen, closed, and able to say what cannot work.

A section states its contradictions as data (`problems`), so that one reading reports all of them
with their places. This room must not read files, print, or know a language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

PROBLEMS_TYPE: Final = "pingvas_problems"

Port = Annotated[int, Field(ge=1, le=65535)]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]


@dataclass(frozen=True)
class Problem:
    """A value that cannot work: its dotted key inside the section, and the catalogue's code."""

    key: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def problem(key: str, code: str, /, **params: object) -> Problem:
    """Name a problem, e.g. `problem("max_acu", "config.min_above_max", ...)`."""
    return Problem(key, code, params)


class Section(BaseModel):
    """A noun of `pingvas.yaml`, or a part of one.

    The validator of a section is built when a value is first validated, not at import: most
    runs read defaults alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def problems(self) -> Iterator[Problem]:
        """The contradictions between the fields of this section; none by default."""
        yield from ()

    @model_validator(mode="after")
    def _refuse_problems(self) -> Self:
        found = tuple(self.problems())
        if found:
            raise PydanticCustomError(PROBLEMS_TYPE, "{codes}", _context(found))
        return self


def _context(found: tuple[Problem, ...]) -> dict[str, object]:
    return {"problems": found, "codes": ", ".join(f"{one.key}: {one.code}" for one in found)}
