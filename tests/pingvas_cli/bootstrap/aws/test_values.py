"""What Terraform must not know: keys, secrets, passwords of cache users."""

from __future__ import annotations

import json

from pingvas_cli.adapters.image_url_key import public_key_of
from pingvas_cli.bootstrap.aws.secret_values import left_to_people
from pingvas_cli.bootstrap.aws.sequence import AWS
from tests.pingvas_cli.bootstrap.aws.conftest import AwsWorld

KEY = "pingvas/dev/image-url-key"


def test_private_keys_go_to_their_secret_and_public_ones_to_terraform(world: AwsWorld) -> None:
    world.bring()
    layout = world.context().layout
    public = json.loads(layout.image_url_keys.read_text())["image_url_keys"]
    kept = json.loads(world.secrets.secrets[KEY][-1])
    assert public["dev"] == {kept["name"]: public_key_of(kept["private_key"])}
    assert public["dev"] != public["prod"]
    assert list(layout.keys.iterdir()) == []
    texts = [path.read_text() for path in layout.root.rglob("*") if path.is_file()]
    assert not any("PRIVATE KEY" in text for text in texts)


def test_another_machine_finds_the_same_keys(world: AwsWorld) -> None:
    world.bring()
    path = world.context().layout.image_url_keys
    before = path.read_text()
    path.unlink()
    world.bring()
    assert path.read_text() == before
    assert len(world.secrets.secrets[KEY]) == 1


def test_a_private_key_waits_closed_for_its_secret(world: AwsWorld) -> None:
    world.run(AWS[: [step.slug for step in AWS].index("plan")])
    (path, *_) = sorted(world.context().layout.keys.iterdir())
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_value_that_a_person_gave_stays(world: AwsWorld) -> None:
    world.secrets.put("pingvas/dev/database-app", "mine")
    world.bring()
    assert world.secrets.secrets["pingvas/dev/database-app"] == ["mine"]


def test_what_only_people_know_is_left_to_them(world: AwsWorld) -> None:
    world.bring()
    left = left_to_people(world.context())
    assert "pingvas/prod/lemon-squeezy" in left
    assert "pingvas/shared/slack" in left
    assert not any("database" in name or "redis" in name for name in left)


def test_cache_users_sign_in_with_the_password_of_their_secret(world: AwsWorld) -> None:
    world.bring()
    for user in ("services", "worker"):
        kept = json.loads(world.secrets.secrets[f"pingvas/dev/redis-{user}"][-1])
        assert world.users.passwords[f"pingvas-dev-{user}"] == kept["password"]
        assert world.users.users[f"pingvas-dev-{user}"].access_string == f"on ~dev:* +@{user}"
    assert "pingvas-dev-exporter" not in world.users.passwords


def test_a_changed_password_is_given_again(world: AwsWorld) -> None:
    world.bring()
    world.secrets.put("pingvas/prod/redis-worker", json.dumps({"password": "new"}))
    assert world.bring() == ("cache-users",)
    assert world.users.passwords["pingvas-prod-worker"] == "new"


def test_no_secret_stands_in_the_journal_or_the_runs(world: AwsWorld) -> None:
    world.bring()
    values = [json.loads(v[-1]) for v in world.secrets.secrets.values() if v]
    hidden = [each.get("password") or each["private_key"] for each in values]
    layout = world.context().layout
    told = [path.read_text() for path in layout.root.rglob("*") if path.is_file()]
    assert not any(secret in text for secret in hidden for text in told)
