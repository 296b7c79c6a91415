"""What every section of `pingvas.yaml` is: frozen, closed, and able to say what cannot work.

A section states its contradictions as data (`problems`), so that one reading reports all of them
with their places. This room must not read files, print, or know a language. Files of sections
evaluate their annotations at import: that is a third faster than resolving them from text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

PROBLEMS_TYPE: Final = "pingvas_problems"


@dataclass(frozen=True)
class Problem:
    """A value that cannot work: its dotted key inside the section, and the catalogue's code."""

    key: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    def or_at(self, *keys: str) -> Self:
        """The same problem, with further keys that may be its cause and so its place."""
        return replace(self, also=keys)


def problem(key: str, code: str, /, **params: object) -> Problem:
    """Name a problem, e.g. `problem("max_acu", "config.min_above_max", low=4, high=1)`."""
    return Problem(key, code, params)


class Section(BaseModel):
    """A noun of `pingvas.yaml`, or a part of one.

    Its validator is built when a value is first validated, not at import: most runs read
    defaults alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def problems(self) -> Iterator[Problem]:
        """The contradictions between the fields of this section; none by default."""
        yield from ()

    @model_validator(mode="before")
    @classmethod
    def _keep_defaults_of_parts(cls, written: Any) -> Any:  # noqa: ANN401  (pydantic's contract)
        if not isinstance(written, Mapping):
            return written
        return {str(key): cls._filled(str(key), value) for key, value in written.items()}

    @model_validator(mode="after")
    def _refuse_problems(self) -> Self:
        found = tuple(self.problems())
        if found:
            codes = ", ".join(f"{one.key}: {one.code}" for one in found)
            raise PydanticCustomError(PROBLEMS_TYPE, "{codes}", {"problems": found, "codes": codes})
        return self

    @classmethod
    def _filled(cls, key: str, value: object) -> object:
        known = cls.model_fields.get(key)
        if known is None or known.default_factory is None:
            return value
        default = known.get_default(call_default_factory=True, validated_data={})
        return filled(default, value) if isinstance(default, Section) else value


S = TypeVar("S", bound=Section)


def filled(default: Section, written: object) -> object:
    """What is written, on top of the values of `default`; parts in the same way, empty ones too."""
    if written is None:
        return default
    if not isinstance(written, Mapping):
        return written
    whole: dict[str, object] = {key: getattr(default, key) for key in type(default).model_fields}
    for key, value in written.items():
        known = whole.get(str(key))
        whole[str(key)] = filled(known, value) if isinstance(known, Section) else value
    return whole


def part(kind: type[S], description: str, /, **values: object) -> S:
    """A field that is a section in itself, with default values of its own where they differ.

    A user who writes one key of it keeps the others, as in `tiers: {pro: {weight: 9}}`.
    """

    def make() -> S:
        return cast("S", kind.model_construct(None, **values))

    made: S = Field(default_factory=make, description=description)
    return made
