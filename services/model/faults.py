"""Why an installation does not succeed: kept with it, and shown to administrators.

A fault that may pass is tried again later; any other one ends the installation. Words here never
quote an address, which may hold a token.
"""


class InstallFault(Exception):
    """`code` is stable, for programs; `detail` is a sentence for people."""

    passes = False

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class PassingFault(InstallFault):
    """The source or the network fails now; the same attempt may work later."""

    passes = True


class Busy(PassingFault):
    """Somebody else writes this name now; it is not this installation's failure."""

    def __init__(self) -> None:
        super().__init__("model.name_busy", "Another program works on this checkpoint.")


class Interrupted(Exception):
    """The installation was cancelled, or another replica has taken it over."""
