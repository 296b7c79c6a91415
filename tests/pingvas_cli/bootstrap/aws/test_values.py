"""What Terraform must not know: keys, secrets, passwords of cache users."""

from __future__ import annotations

import json

from pingvas_cli.adapters.image_url_key import public_key_of
from pingvas_cli.bootstrap.aws.secret_values import left_to_people
from pingvas_cli.bootstrap.aws.sequence import AWS
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.rendering.contexts.platform import Platform
from tests.pingvas_cli.bootstrap.aws.conftest import CONFIGURATION, PRIMARY, USERS, AwsWorld

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
    for user in USERS:
        kept = json.loads(world.secrets.secrets[f"pingvas/dev/redis-{user}"][-1])
        assert world.users.passwords[f"pingvas-dev-{user}"] == kept["password"]
        assert world.users.users[f"pingvas-dev-{user}"].access_string == f"on ~dev:* +@{user}"
    assert len(set(world.users.passwords.values())) == len(USERS) * len(ENVIRONMENTS)


def test_a_cache_user_without_a_secret_stays_out(world: AwsWorld) -> None:
    names = tuple(n for n in CONFIGURATION.secrets.per_environment if n != "redis-exporter")
    secrets = CONFIGURATION.secrets.model_copy(update={"per_environment": names})
    world.platform = Platform.plain(CONFIGURATION.model_copy(update={"secrets": secrets}))
    world.bring()
    assert "pingvas-dev-worker" in world.users.passwords
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


MASTER = "pingvas/shared/database-master"


def two_regions(world: AwsWorld) -> AwsWorld:
    second = CONFIGURATION.platform.second_region.model_copy(update={"enabled": True})
    platform = CONFIGURATION.platform.model_copy(update={"second_region": second})
    world.platform = Platform.plain(CONFIGURATION.model_copy(update={"platform": platform}))
    world.secrets.secrets[MASTER] = []
    return world


def test_the_master_of_a_global_database_gets_the_password_of_its_secret(world: AwsWorld) -> None:
    """D10: Secrets Manager manages none there, and the one that Terraform gives is unknown."""
    two_regions(world).bring()
    kept = json.loads(world.secrets.secrets[MASTER][-1])
    assert kept["username"] == "postgres"
    assert world.clusters.passwords == {PRIMARY: [kept["password"]]}
    assert MASTER not in left_to_people(world.context())
    assert world.bring() == ()


def test_a_kill_before_the_note_gives_the_same_password_again(world: AwsWorld) -> None:
    two_regions(world).bring()
    world.context().layout.database_master.unlink()
    assert world.bring() == ("database-master",)
    assert len(set(world.clusters.passwords[PRIMARY])) == 1
    assert len(world.secrets.secrets[MASTER]) == 1


def test_a_master_password_that_was_changed_in_its_secret_is_given(world: AwsWorld) -> None:
    two_regions(world).bring()
    world.secrets.put(MASTER, json.dumps({"username": "postgres", "password": "new"}))
    assert world.bring() == ("database-master",)
    assert world.clusters.passwords[PRIMARY][-1] == "new"


def test_in_one_region_the_master_is_left_to_secrets_manager(world: AwsWorld) -> None:
    world.bring()
    assert world.clusters.passwords == {PRIMARY: []}
