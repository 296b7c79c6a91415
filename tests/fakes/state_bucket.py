"""A bucket that is there or not, and has what a test says."""

from __future__ import annotations

from dataclasses import dataclass

from pingvas_cli.errors import Refused
from pingvas_cli.ports.state_bucket import Guard, StateBucketState


@dataclass
class FakeStateBucket:
    """`of_other`: another account has the name."""

    exists: bool = False
    lacking: tuple[Guard, ...] = ()
    of_other: bool = False
    made: int = 0

    def state(self) -> StateBucketState:
        self._judge()
        return StateBucketState(self.exists, self.lacking)

    def make(self) -> None:
        self._judge()
        self.made += 1
        self.exists, self.lacking = True, ()

    def _judge(self) -> None:
        if self.of_other:
            raise Refused("bootstrap.bucket_of_other", bucket="states", account_id="1")
