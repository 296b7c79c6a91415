"""Users of caches in a dictionary."""

from __future__ import annotations

from dataclasses import dataclass, field

from pingvas_cli.ports.cache_users import CacheUser


@dataclass
class FakeCacheUsers:
    """`users` as AWS would tell them, `passwords` as it would not."""

    users: dict[str, CacheUser] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    settles: bool = True

    def user(self, user_id: str) -> CacheUser | None:
        return self.users.get(user_id)

    def let_in(self, user_id: str, access_string: str, password: str) -> None:
        self.passwords[user_id] = password
        self.users[user_id] = CacheUser(user_id, access_string, True, self.settles)

    def disabled(self, *user_ids: str) -> FakeCacheUsers:
        """Itself, with users as Terraform makes them."""
        self.users.update({each: CacheUser(each, "off -@all", False, True) for each in user_ids})
        return self
