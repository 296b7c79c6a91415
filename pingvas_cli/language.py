"""Which language to speak, from the command line and the environment; imports nothing.

It runs before anything else, also for `--version`, so it must stay without imports.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULT = "en"
SUPPORTED = ("en", "ko")
_VARIABLES = ("PINGVAS_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def choose(arguments: "Sequence[str]", environ: "Mapping[str, str]") -> str:
    """The language of `--lang`, else of the first variable that names a locale, else English."""
    asked = option_value(arguments, "--lang")
    if asked in SUPPORTED:
        return asked
    for variable in _VARIABLES:
        value = environ.get(variable, "")
        if value:
            return _of_locale(value)
    return DEFAULT


def option_value(arguments: "Sequence[str]", *names: str) -> str:
    """The last value given to an option (`--lang ko`, `--lang=ko`, `-o json`), or nothing."""
    found = ""
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument in names:
            found = "".join(arguments[position + 1 : position + 2])
        name, equals, value = argument.partition("=")
        if equals and name in names:
            found = value
    return found


def _of_locale(value: str) -> str:
    """`ko_KR.UTF-8` is `ko`; every locale without a catalogue is English."""
    language = value[:2].lower()
    ends = value[2:3] in ("", "_", "-", ".", "@")
    return language if ends and language in SUPPORTED else DEFAULT


def asks_for_unknown(arguments: "Sequence[str]") -> bool:
    """Whether `--lang` is given with a language that there is not."""
    given = any(argument == "--lang" or argument.startswith("--lang=") for argument in arguments)
    return given and option_value(arguments, "--lang") not in SUPPORTED
