"""A machine that bootstraps on AWS: the real terraform on the rendered tree, AWS stood in for.

Terraform speaks to a provider that knows the schema and no cloud, so what it makes is in its state
alone; the secrets and the users of caches that it would make are laid out beforehand. The state
itself, its bucket and its lock are S3's, as moto's server has it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dns import rcode

from pingvas_cli.adapters.hosted_zones import AwsHostedZones
from pingvas_cli.bootstrap.aws.sequence import AWS
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.errors import Exit
from pingvas_cli.messages import Translator
from tests.servers.aws import CREDENTIALS, aws, session
from tests.servers.dns import name_server
from tests.servers.stand_in_provider import stand_in

CONFIGURATION: Final = """\
platform:
  target: aws
  domain: pingvas.example.com
  account_id: "123456789012"
  owner_email: owner@example.com
gitops:
  repository: https://github.com/owner/name
cluster:
  deletion_protection: false
database:
  deletion_protection: false
edge:
  deletion_protection: false
  dns_resolvers: ["{resolver}"]
"""
DOMAIN: Final = "pingvas.example.com"
STATE: Final = "platform/terraform.tfstate"
BUCKET: Final = "pingvas-terraform-state-123456789012"
TAGS: Final[Any] = [{"Key": "pingvas:platform", "Value": "pingvas"}]
COMMAND_S: Final = 120
# Steps that have something to do in the first bootstrap, by the title that its lines show.
TITLES: Final = {step.slug: Translator("en").text(step.title) for step in AWS}
IN_ORDER: Final = (
    "preflight",
    "earlier-run",
    "unsaved-state",
    "deleted-secrets",
    "database-master",
)
DOING: Final = tuple(slug for slug in TITLES if slug not in IN_ORDER)


@dataclass
class AwsMachine:
    """A machine with terraform, credentials and a state folder."""

    folder: Path
    address: str
    environ: Mapping[str, str]
    dns: dict[str, tuple[str, ...]]

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pingvas_cli", *arguments, "--progress", "plain"]
        command += ["--config", str(self.folder / "pingvas.yaml")]
        command += ["--state-dir", str(self.folder / "state")]
        out = subprocess.PIPE
        return subprocess.Popen(command, env=self.environ, stdout=out, stderr=out, text=True)

    def begin_apply(self) -> subprocess.Popen[str]:
        """A bootstrap whose Terraform has begun with a resource."""
        process = self.begin("bootstrap", "--yes")
        deadline = time.monotonic() + COMMAND_S
        while not any('"apply_start"' in each.read_text() for each in self.applies()):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.01)
        return process

    def applies(self) -> Iterator[Path]:
        """What each apply of Terraform has said."""
        return (self.folder / "state" / "runs").glob("*-apply-*.ndjson")

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.begin(*arguments)
        out, err = process.communicate(timeout=COMMAND_S)
        return process.returncode, out, err

    def delegate(self) -> None:
        """As the owner does who enters the zone's name servers at the registrar."""
        (zone,) = AwsHostedZones(session(self.address)).named(DOMAIN)
        self.dns[DOMAIN] = tuple(f"{each}." for each in zone.name_servers)

    def wait_for_delegation(self) -> str:
        """Bootstrap until it waits for the name servers, and enter them; what it said."""
        code, _, err = self.run("bootstrap", "--yes")
        assert code == Exit.WAITING, err
        self.delegate()
        return err

    def closing(self) -> Mapping[str, Any]:
        return self.told("--yes")

    def told(self, *arguments: str) -> Mapping[str, Any]:
        """The record that a bootstrap ends with."""
        code, out, err = self.run("bootstrap", *arguments, "-o", "json")
        assert code == 0, err
        found: Mapping[str, Any] = json.loads(out)
        return found

    def told_until(self, process: subprocess.Popen[str], word: str) -> str:
        """What a command says on its error stream, up to the line with a word."""
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(line)
            if word in line:
                break
        return "".join(told)

    def tagged(self) -> list[str]:
        """ARNs of all that carries a tag."""
        pages = self.client("resourcegroupstaggingapi").get_paginator("get_resources").paginate()
        return [each["ResourceARN"] for page in pages for each in page["ResourceTagMappingList"]]

    def resources(self) -> int:
        return sum(len(each["instances"]) for each in self._state())

    def ids(self, kind: str) -> list[str]:
        """Ids of the resources of a type, as the state knows them."""
        found = (each for each in self._state() if each["type"] == kind)
        return [one["attributes"]["id"] for each in found for one in each["instances"]]

    def _state(self) -> list[Any]:
        body = self.client("s3").get_object(Bucket=BUCKET, Key=STATE)["Body"].read()
        resources: list[Any] = json.loads(body)["resources"]
        return resources

    def client(self, service: str) -> Any:
        return session(self.address).client(service)

    def versions(self) -> set[int]:
        """How many values any secret of the platform has ever had."""
        store = self.client("secretsmanager")
        pages = store.get_paginator("list_secrets").paginate()
        names = [each["Name"] for page in pages for each in page["SecretList"]]
        return {len(store.describe_secret(SecretId=n).get("VersionIdsToStages", {})) for n in names}


@contextmanager
def aws_machine(tmp_path: Path) -> Iterator[AwsMachine]:
    """One with an empty account and a domain that nobody answers for."""
    provider = tmp_path / "provider"
    provider.mkdir()
    dns: dict[str, tuple[str, ...]] = {}
    with aws() as address, name_server(dns, rcode.NXDOMAIN) as port:
        configured = CONFIGURATION.replace("{resolver}", f"127.0.0.1:{port}")
        (tmp_path / "pingvas.yaml").write_text(configured)
        environ = {
            **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
            "HOME": str(tmp_path),
            "AWS_ENDPOINT_URL": address,
            "AWS_REGION": "us-east-1",
            "TF_CLI_ARGS_init": "-backend-config=use_path_style=true",
            **CREDENTIALS,
            **stand_in(provider),
        }
        made = AwsMachine(tmp_path, address, environ, dns)
        lay_out(made)
        yield made


def lay_out(machine: AwsMachine) -> None:
    """What Terraform would make, as it would: empty secrets, users that may do nothing."""
    secrets = Configuration().secrets
    owned = [f"{e}/{s}" for e in ENVIRONMENTS for s in secrets.per_environment]
    store = machine.client("secretsmanager")
    for path in (*owned, *(f"shared/{each}" for each in secrets.shared)):
        store.create_secret(Name=f"pingvas/{path}", Tags=TAGS)
    lay_out_users(machine)


def lay_out_users(machine: AwsMachine) -> None:
    """Users of the caches, who may do nothing."""
    for environment in ENVIRONMENTS:
        for user in ("services", "worker", "exporter"):
            machine.client("elasticache").create_user(
                UserId=f"pingvas-{environment}-{user}",
                UserName=user,
                Engine="redis",
                AccessString="off -@all",
                NoPasswordRequired=True,
                Tags=TAGS,
            )


def clear(machine: AwsMachine, days: int = 0, but: Collection[str] = ()) -> None:
    """What Terraform would delete, secrets with so many days of grace, but for some secrets."""
    store, caches = machine.client("secretsmanager"), machine.client("elasticache")
    pages = store.get_paginator("list_secrets").paginate()
    names = {each["Name"] for page in pages for each in page["SecretList"]}
    for name in sorted(names.difference(but)):
        grace: Any = (
            {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
        )
        store.delete_secret(SecretId=name, **grace)
    for user in caches.describe_users()["Users"]:
        if user["UserId"].startswith("pingvas-"):
            caches.delete_user(UserId=user["UserId"])
            caches.describe_users(UserId=user["UserId"])  # moto lets it go when it is looked at


def kill_after(machine: AwsMachine, slug: str) -> None:
    """Run bootstrap and SIGKILL it when the step is done."""
    process = machine.begin("bootstrap", "--yes")
    told: list[str] = []
    assert process.stderr is not None
    for line in process.stderr:
        told.append(line)
        if f"{TITLES[slug]}: done" in line:
            process.kill()
            break
    process.communicate()
    assert process.returncode == -9, "".join(told)
