"""What bootstrap writes down: loopback everywhere, secrets hashed or closed, rights narrow."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from pingvas_cli.bootstrap.local.administrators import _creation
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.database import settings
from pingvas_cli.bootstrap.local.migrations import _migration
from pingvas_cli.bootstrap.local.parts import _environment, _port
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.bootstrap.local.sequence import LOCAL
from pingvas_cli.bootstrap.local.supervised import SupervisedStep
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.local import LocalSection
from pingvas_cli.edge_routes import ROUTES

SUPERVISED = tuple(step for step in LOCAL if isinstance(step, SupervisedStep))
PORTS = {
    "postgres": "postgres",
    "redis-dev": "redis_dev",
    "object-store": "object_store",
    "edge": "edge_prod",
    **{f"redis-prod-{n}": f"redis_prod_{n}" for n in (1, 2, 3)},
    **{f"sentinel-{n}": f"sentinel_{n}" for n in (1, 2, 3)},
    **{
        f"{environment}-{service}": f"{service}_{environment}"
        for environment in ENVIRONMENTS
        for service in ("user", "payment", "generation", "gallery", "model")
    },
    **{f"{environment}-worker-1": f"worker_metrics_{environment}" for environment in ENVIRONMENTS},
    **{f"{e}-worker-2": f"worker_metrics_{e}_2" for e in ENVIRONMENTS},
}


def secret_words(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [word for each in value.values() for word in secret_words(each)]
    return [str(value)]


def secrets_of(ctx: LocalContext) -> list[str]:
    return secret_words(asdict(ctx.secrets))


def every_file(ctx: LocalContext) -> dict[Path, str]:
    return {p: t for step in SUPERVISED for p, t in {**step.files(ctx), **step.seeds(ctx)}.items()}


def file(ctx: LocalContext, end: str) -> str:
    return next(text for path, text in every_file(ctx).items() if str(path).endswith(end))


def test_every_program_has_its_own_port(rendered: LocalContext) -> None:
    programs = [program.name for step in SUPERVISED for program in step.programs(rendered)]
    assert sorted(programs) == sorted(PORTS)
    for name in programs:
        assert _port(rendered.ports, name) == rendered.ports[PORTS[name]], name


def test_every_program_belongs_somewhere(rendered: LocalContext) -> None:
    for step in SUPERVISED:
        for program in step.programs(rendered):
            name = program.name
            expected = "prod" if "prod" in name or "sentinel" in name else "shared"
            assert _environment(name) == ("dev" if "dev" in name else expected)


def test_no_secret_is_on_a_command_line(rendered: LocalContext) -> None:
    commands = [p.command for step in SUPERVISED for p in step.programs(rendered)]
    commands += [_migration(rendered, e).command for e in ENVIRONMENTS]
    commands += [_creation(rendered, e).command for e in ENVIRONMENTS]
    words = "\0".join(word for command in commands for word in command)
    assert not [secret for secret in secrets_of(rendered) if secret in words]


def test_a_program_gets_its_own_environments_secrets_only(rendered: LocalContext) -> None:
    own = {e: secret_words(asdict(rendered.secrets.of(e))) for e in ENVIRONMENTS}
    for step in SUPERVISED:
        for program in step.programs(rendered):
            values = "\0".join(program.environment.values())
            for environment, other in (("dev", "prod"), ("prod", "dev")):
                if program.name.startswith(environment):
                    assert not [s for s in own[other] if s in values], program.name  # type: ignore[index]
            shared = [rendered.secrets.database_superuser, rendered.secrets.cache_operator]
            assert not [s for s in shared if s in values], program.name


def test_workers_know_no_database(rendered: LocalContext) -> None:
    for step in SUPERVISED:
        for program in step.programs(rendered):
            if "worker" in program.name:
                assert not [name for name in program.environment if "DATABASE" in name]


def test_every_address_is_loopback(rendered: LocalContext) -> None:
    texts = [*every_file(rendered).values(), settings(rendered)]
    for step in SUPERVISED:
        for program in step.programs(rendered):
            texts += [*program.command, *program.environment.values()]
    addresses = {a for text in texts for a in re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", text)}
    assert addresses == {"127.0.0.1"}
    assert "::" not in "\0".join(texts).replace("://", "")
    assert "listen_addresses = '127.0.0.1'" in settings(rendered)


@pytest.mark.parametrize("name", [p for p in PORTS if p.startswith(("redis", "sentinel"))])
def test_caches_listen_on_loopback_and_let_nobody_in_without_a_password(
    rendered: LocalContext, name: str
) -> None:
    kind = "sentinel" if name.startswith("sentinel") else "node"
    lines = file(rendered, f"{name}/{kind}.conf").splitlines()
    assert "bind 127.0.0.1" in lines
    assert f"port {rendered.ports[PORTS[name]]}" in lines
    users = lines if kind == "sentinel" else file(rendered, f"{name}/users.acl").splitlines()
    assert "user default off" in users
    assert not [line for line in users if "nopass" in line]
    if kind == "node":
        assert {"appendonly yes", "maxmemory-policy noeviction"} <= set(lines)


@pytest.mark.parametrize("name", [p for p in PORTS if p.startswith("redis")])
def test_services_reach_their_own_keys_with_harmless_commands(
    rendered: LocalContext, name: str
) -> None:
    environment = "dev" if name == "redis-dev" else "prod"
    acl = file(rendered, f"{name}/users.acl")
    app = next(line for line in acl.splitlines() if line.startswith("user pingvas "))
    patterns = [word for word in app.split() if word[0] in "~&%" or word.startswith("all")]
    assert patterns == [f"~{{pingvas:{environment}}}*", f"&{{pingvas:{environment}}}*"]
    assert app.split().index("-@admin") > app.split().index("+@all")
    assert "-@dangerous" in app
    assert not [secret for secret in secrets_of(rendered) if secret in acl]


def test_one_password_opens_one_environment(rendered: LocalContext) -> None:
    hashes = {n: re.findall("#([0-9a-f]{64})", file(rendered, f"{n}/users.acl"))[0]
              for n in ("redis-dev", "redis-prod-1", "redis-prod-2")}  # fmt: skip
    assert hashes["redis-prod-1"] == hashes["redis-prod-2"] != hashes["redis-dev"]


def test_replicas_follow_the_first_node(rendered: LocalContext) -> None:
    primary = f"replicaof 127.0.0.1 {rendered.ports['redis_prod_1']}"
    found = [primary in file(rendered, f"redis-prod-{n}/node.conf") for n in (1, 2, 3)]
    assert found == [False, True, True]
    assert "replicaof" not in file(rendered, "redis-dev/node.conf")


def test_s3_keys_open_their_own_bucket(rendered: LocalContext) -> None:
    identities = json.loads(file(rendered, "identities.json"))["identities"]
    by_name = {each["name"]: each for each in identities}
    assert set(by_name) == {"administrator", "dev", "prod"}
    for environment in ENVIRONMENTS:
        bucket = f"pingvas-{environment}-images"
        assert by_name[environment]["actions"] == [
            f"{action}:{bucket}" for action in ("Read", "Write", "List")
        ]
    keys = [each["credentials"][0]["accessKey"] for each in identities]
    assert len(set(keys)) == 3


def test_the_object_store_names_every_port_and_folder(rendered: LocalContext) -> None:
    step = next(each for each in SUPERVISED if each.slug == "object-store")
    words = step.programs(rendered)[0].command
    flags = dict(word[1:].split("=", 1) for word in words if "=" in word)
    assert flags["ip"] == flags["ip.bind"] == "127.0.0.1"
    assert flags["master.telemetry"] == flags["s3.iam"] == flags["s3.autoCreateBucket"] == "false"
    ports = {int(v) for name, v in flags.items() if ".port" in name and v != "0"}
    assert ports == {p for name, p in rendered.ports.items() if name.startswith("object_store")}
    assert flags["dir"].startswith(str(rendered.layout.object_store))


def test_the_edge_routes_each_path_to_its_service(rendered: LocalContext) -> None:
    sites = file(rendered, "Caddyfile").split("\nhttp://127.0.0.1:")[1:]
    assert len(sites) == 2
    for environment, site in zip(ENVIRONMENTS, sites, strict=True):
        assert site.startswith(f"{rendered.ports[f'edge_{environment}']}, http://localhost:")
        routed = dict(re.findall(r"@(\w+) path ([^\n]+)", site))
        found = re.findall(
            r"handle @(\w+) \{[^@]+?max_size (\d+)MB[^@]+?reverse_proxy 127\.0\.0\.1:(\d+)", site
        )
        assert {name: (int(port), int(largest)) for name, largest, port in found} == {
            route.name: (
                rendered.ports[f"{route.service}_{environment}"],
                route.largest_mb(rendered.configuration.local),
            )
            for route in ROUTES
        }
        assert routed["installs"].split() == ["/v1/installs", "/v1/installs/*"]
        assert "bind 127.0.0.1" in site
        assert "/metrics" not in site
    assert "admin off" in file(rendered, "Caddyfile")


def test_the_edge_speaks_tls_when_asked(rendered: LocalContext) -> None:
    local = LocalSection(edge_tls=True, max_upload_mb=7)
    text = file(replace(rendered, configuration=Configuration(local=local)), "Caddyfile")
    assert text.count("tls internal") == 4
    assert text.count("https://localhost:") == 2
    assert text.count("max_size 7MB") == 2


def test_the_write_ahead_log_is_archived_whole_from_the_start(rendered: LocalContext) -> None:
    text = settings(rendered)
    lines = dict(line.split(" = ", 1) for line in text.splitlines())
    assert lines["archive_mode"] == "on"
    assert lines["wal_level"] == "replica"
    assert lines["password_encryption"] == "'scram-sha-256'"
    assert lines["unix_socket_directories"] == "''"
    assert str(rendered.layout.wal_archive) in lines["archive_command"]
    assert not [secret for secret in secrets_of(rendered) if secret in text]


def test_files_with_secrets_are_private(rendered: LocalContext) -> None:
    for step in SUPERVISED:
        step._write(rendered)
    written = [p for p in rendered.layout.root.rglob("*") if p.is_file()]
    assert len(written) > len(every_file(rendered))
    assert {oct(p.stat().st_mode & 0o777) for p in written} == {"0o600"}


def test_the_same_context_renders_the_same(rendered: LocalContext) -> None:
    assert every_file(rendered) == every_file(rendered)
    for step in SUPERVISED:
        assert step._marked(rendered) == step._marked(rendered)
