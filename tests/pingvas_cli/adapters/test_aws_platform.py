"""Ports to AWS against moto's server, and their fakes beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pingvas_cli.adapters.cache_users import ElastiCacheUsers
from pingvas_cli.adapters.database_clusters import AuroraClusters
from pingvas_cli.adapters.hosted_zones import AwsHostedZones
from pingvas_cli.adapters.image_url_key import new_private_key, public_key_of
from pingvas_cli.adapters.secret_store import AWS_KEY, AwsSecretStore
from pingvas_cli.adapters.state_bucket import S3StateBucket
from pingvas_cli.adapters.tagged_resources import AwsTaggedResources, sessions
from pingvas_cli.errors import PingvasError, Refused
from pingvas_cli.ports.cache_users import CacheUsers
from pingvas_cli.ports.database_clusters import DatabaseCluster, DatabaseClusters
from pingvas_cli.ports.hosted_zones import HostedZones
from pingvas_cli.ports.secret_store import SecretStore
from pingvas_cli.ports.state_bucket import Guard, StateBucket, StateBucketState
from tests.fakes.cache_users import FakeCacheUsers
from tests.fakes.database_clusters import FakeDatabaseClusters
from tests.fakes.hosted_zones import FakeHostedZones
from tests.fakes.secret_store import FakeSecretStore
from tests.fakes.state_bucket import FakeStateBucket
from tests.servers.aws import ACCOUNT, CREDENTIALS, aws, reset, session

NAME = "pingvas-terraform-state-123456789012"
TAGS = {"pingvas:platform": "pingvas"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with aws() as address:
        yield address


@pytest.fixture
def address(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    reset(server)
    return server


def bucket(address: str, region: str = "us-east-1") -> S3StateBucket:
    return S3StateBucket(session(address, region), NAME, ACCOUNT, TAGS)


@pytest.mark.parametrize("kind", ["real", "fake"])
def test_a_state_bucket_is_made_once(address: str, kind: str) -> None:
    one: StateBucket = bucket(address) if kind == "real" else FakeStateBucket()
    assert one.state() == StateBucketState(exists=False)
    one.make()
    assert one.state() == StateBucketState(exists=True)
    one.make()
    assert one.state() == StateBucketState(exists=True)


def test_it_is_closed_and_speaks_tls_alone(address: str) -> None:
    bucket(address).make()
    s3 = session(address).client("s3")
    policy = json.loads(s3.get_bucket_policy(Bucket=NAME)["Policy"])
    assert {each["Sid"] for each in policy["Statement"]} == {"DenyPlainHttp", "DenyOldTls"}
    assert all(each["Effect"] == "Deny" for each in policy["Statement"])
    assert s3.get_bucket_versioning(Bucket=NAME)["Status"] == "Enabled"
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=NAME)["Rules"]
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 90
    closed = s3.get_public_access_block(Bucket=NAME)["PublicAccessBlockConfiguration"]
    assert all(closed.values())


def test_it_lies_in_its_region(address: str) -> None:
    bucket(address, "eu-west-1").make()
    found = session(address).client("s3").get_bucket_location(Bucket=NAME)
    assert found["LocationConstraint"] == "eu-west-1"


LOSSES = {
    Guard.VERSIONS: lambda s3: s3.put_bucket_versioning(
        Bucket=NAME, VersioningConfiguration={"Status": "Suspended"}
    ),
    Guard.ENCRYPTION: lambda s3: s3.delete_bucket_encryption(Bucket=NAME),
    Guard.NOT_PUBLIC: lambda s3: s3.delete_public_access_block(Bucket=NAME),
    Guard.OWNED: lambda s3: s3.delete_bucket_ownership_controls(Bucket=NAME),
    Guard.TLS: lambda s3: s3.delete_bucket_policy(Bucket=NAME),
    Guard.OLD_STATES: lambda s3: s3.delete_bucket_lifecycle(Bucket=NAME),
    Guard.TAGS: lambda s3: s3.delete_bucket_tagging(Bucket=NAME),
}


@pytest.mark.parametrize("guard", list(Guard))
def test_what_it_lost_is_told_and_mended(address: str, guard: Guard) -> None:
    one = bucket(address)
    one.make()
    LOSSES[guard](session(address).client("s3"))
    assert one.state() == StateBucketState(exists=True, lacking=(guard,))
    one.make()
    assert one.state().lacking == ()


def test_a_states_history_stays_when_it_is_mended(address: str) -> None:
    one = bucket(address)
    one.make()
    s3 = session(address).client("s3")
    s3.put_object(Bucket=NAME, Key="platform/terraform.tfstate", Body=b"{}")
    one.make()
    assert s3.get_object(Bucket=NAME, Key="platform/terraform.tfstate")["Body"].read() == b"{}"


@pytest.mark.parametrize(
    ("operation", "code", "status"),
    [
        ("head_bucket", "403", 403),
        ("create_bucket", "BucketAlreadyExists", 409),
    ],
)
def test_somebody_elses_bucket_is_refused(
    address: str, operation: str, code: str, status: int
) -> None:
    """As S3 answers a call that expects another owner; moto does not compare owners."""
    from botocore.stub import Stubber

    one = bucket(address)
    with Stubber(one._s3) as stub:
        if operation == "create_bucket":
            stub.add_client_error("head_bucket", "404", http_status_code=404)
        stub.add_client_error(operation, code, http_status_code=status)
        with pytest.raises(Refused, match=r"bootstrap\.bucket_of_other"):
            one.make()


def test_a_fake_bucket_of_another_account_is_refused() -> None:
    with pytest.raises(Refused, match=r"bootstrap\.bucket_of_other"):
        FakeStateBucket(of_other=True).state()


def test_what_else_aws_says_has_our_shape(address: str) -> None:
    from botocore.stub import Stubber

    one = bucket(address)
    with Stubber(one._s3) as stub:
        stub.add_client_error("head_bucket", "ExpiredToken", http_status_code=400)
        with pytest.raises(PingvasError, match=r"aws\.credentials_refused"):
            one.state()


def secret_store(kind: str, address: str) -> SecretStore:
    if kind == "fake":
        return FakeSecretStore({"pingvas/dev/database-app": []})
    client = session(address).client("secretsmanager")
    client.create_secret(Name="pingvas/dev/database-app")
    return AwsSecretStore(session(address))


@pytest.mark.parametrize("kind", ["real", "fake"])
def test_a_secret_is_empty_and_then_has_versions(address: str, kind: str) -> None:
    store = secret_store(kind, address)
    name = "pingvas/dev/database-app"
    assert store.current(name) is None
    store.put(name, "first")
    first = store.current(name)
    store.put(name, "second")
    second = store.current(name)
    assert first is not None
    assert second is not None
    assert (first.value, second.value) == ("first", "second")
    assert first.id != second.id
    assert "second" not in repr(second)


@pytest.mark.parametrize("kind", ["real", "fake"])
def test_a_secret_that_is_not_there_takes_no_value(address: str, kind: str) -> None:
    store = secret_store(kind, address)
    assert store.current("pingvas/dev/other") is None
    with pytest.raises(PingvasError, match=r"bootstrap\.secret_absent") as caught:
        store.put("pingvas/dev/other", "hidden")
    assert "hidden" not in str(caught.value.params)


DELETED = "pingvas/dev/database-app"


@pytest.mark.parametrize("kind", ["real", "fake"])
def test_a_deleted_secret_is_told_and_comes_back(address: str, kind: str) -> None:
    store = secret_store(kind, address)
    store.put(DELETED, "kept")
    (before,) = store.stored("pingvas/")
    store.remove(DELETED, 7)
    assert store.stored("pingvas/") == (replace(before, deleted=True),)
    assert store.current(DELETED) is None
    assert store.stored("other/") == ()
    store.restore([DELETED])
    assert store.stored("pingvas/") == (before,)
    found = store.current(DELETED)
    assert found is not None
    assert found.value == "kept"


def test_a_secret_leaves_a_key_that_goes(address: str) -> None:
    """The key of a removed platform takes with it what still lies under it."""
    kms, store = session(address).client("kms"), session(address).client("secretsmanager")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    store.create_secret(Name=DELETED, KmsKeyId=key, SecretString="kept")
    store.delete_secret(SecretId=DELETED)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=30)
    AwsSecretStore(session(address)).restore([DELETED])
    assert store.describe_secret(SecretId=DELETED).get("KmsKeyId", AWS_KEY) == AWS_KEY
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def hosted_zones(kind: str, address: str) -> HostedZones:
    return FakeHostedZones() if kind == "fake" else AwsHostedZones(session(address))


@pytest.mark.parametrize("kind", ["real", "fake"])
def test_a_zone_is_made_and_removed(address: str, kind: str) -> None:
    zones = hosted_zones(kind, address)
    made = zones.make("pingvas.example.com", "pingvas")
    assert zones.named("pingvas.example.com") == (made,)
    assert (made.name, made.platform) == ("pingvas.example.com", "pingvas")
    assert made.is_served_by(made.name_servers)
    assert not made.is_served_by(made.name_servers[:1])
    zones.remove(made.zone_id)
    assert zones.by_id(made.zone_id) is None


def test_a_zone_that_lost_its_tag_to_a_kill_is_taken_up(address: str) -> None:
    route53 = session(address).client("route53")
    made = AwsHostedZones(session(address)).make("pingvas.example.com", "pingvas")
    route53.change_tags_for_resource(
        ResourceType="hostedzone", ResourceId=made.zone_id, RemoveTagKeys=["pingvas:platform"]
    )
    assert AwsHostedZones(session(address)).make("pingvas.example.com", "pingvas") == made


def cache_users(kind: str, address: str) -> CacheUsers:
    if kind == "fake":
        return FakeCacheUsers().disabled("pingvas-dev-worker")
    session(address).client("elasticache").create_user(
        UserId="pingvas-dev-worker",
        UserName="worker",
        Engine="redis",
        AccessString="off -@all",
        NoPasswordRequired=True,
    )
    return ElastiCacheUsers(session(address))


@pytest.mark.parametrize("kind", ["real", "fake"])
def test_a_cache_user_is_let_in(address: str, kind: str) -> None:
    users = cache_users(kind, address)
    before = users.user("pingvas-dev-worker")
    assert before is not None
    assert (before.access_string, before.has_password) == ("off -@all", False)
    users.let_in("pingvas-dev-worker", "on ~x* +get", "p" * 32)
    after = users.user("pingvas-dev-worker")
    assert after is not None
    assert (after.access_string, after.has_password, after.settled) == ("on ~x* +get", True, True)
    assert users.user("pingvas-dev-nobody") is None


def test_what_is_left_is_found_by_its_tag(address: str) -> None:
    tags: Any = [{"Key": "pingvas:platform", "Value": "pingvas"}]
    other: Any = [{"Key": "pingvas:platform", "Value": "other"}]
    client = session(address, "eu-west-1").client("secretsmanager")
    client.create_secret(Name="pingvas/dev/x", Tags=tags)
    client.create_secret(Name="other/dev/x", Tags=other)
    bucket(address).make()
    found = AwsTaggedResources(sessions("eu-west-1", endpoint=address)).arns(
        "pingvas:platform", "pingvas"
    )
    assert [arn.split(":")[2] for arn in found] == ["s3", "secretsmanager"]
    assert len(found) == 2


def test_a_key_pair_belongs_together() -> None:
    one = new_private_key()
    assert public_key_of(one) == public_key_of(one)
    assert public_key_of(one).startswith("-----BEGIN PUBLIC KEY-----")
    assert public_key_of(new_private_key()) != public_key_of(one)
    with pytest.raises(ValueError, match="PEM"):
        public_key_of("nonsense")


def test_what_is_in_its_days_of_grace_is_leaving(address: str) -> None:
    here, region = AwsTaggedResources(sessions("eu-west-1", endpoint=address)), "eu-west-1"
    kms, store = (session(address, region).client(name) for name in ("kms", "secretsmanager"))
    keys = [kms.create_key()["KeyMetadata"] for _ in range(2)]
    kms.schedule_key_deletion(KeyId=keys[0]["KeyId"], PendingWindowInDays=7)
    secrets = [store.create_secret(Name=f"pingvas/dev/{name}")["ARN"] for name in "ab"]
    store.delete_secret(SecretId=secrets[0])
    ec2 = session(address, region).client("ec2")
    instances = [
        ec2.run_instances(MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"] for _ in range(2)
    ]
    ec2.terminate_instances(InstanceIds=instances[:1])
    arns = [f"arn:aws:ec2:{region}:{ACCOUNT}:instance/{each}" for each in instances]
    going, staying = ([keys[n]["Arn"], secrets[n], arns[n]] for n in range(2))
    going.append(f"arn:aws:ec2:{region}:{ACCOUNT}:instance/i-00000000000000000")
    going.append(f"arn:aws:ec2:{region}:{ACCOUNT}:natgateway/nat-00000000000000000")
    staying += ["arn:aws:s3:::states", keys[1]["Arn"].replace(region, "us-west-2")]
    assert here.leaving([*going, *staying]) == frozenset(going)


def database_clusters(kind: str, address: str) -> DatabaseClusters:
    if kind == "fake":
        return FakeDatabaseClusters({"one": []})
    session(address).client("rds").create_db_cluster(
        DBClusterIdentifier="one",
        Engine="aurora-postgresql",
        MasterUsername="postgres",
        MasterUserPassword="before-12345",
    )
    return AuroraClusters(session(address))


@pytest.mark.parametrize("kind", ["real", "fake"])
def test_a_cluster_takes_a_master_password_and_settles(address: str, kind: str) -> None:
    clusters = database_clusters(kind, address)
    assert clusters.cluster("one") == DatabaseCluster("one", settled=True)
    clusters.set_master_password("one", "p" * 32)
    looks = [clusters.cluster("one") for _ in range(3)]
    assert looks[-1] == DatabaseCluster("one", settled=True)
    assert clusters.cluster("other") is None
