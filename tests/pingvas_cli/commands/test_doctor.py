"""`pingvas doctor` from the command line: on this machine, and against an AWS on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.rcode
import pytest
import yaml

from pingvas_cli.adapters.aws_session import AwsSession
from pingvas_cli.builder import CommandBuilder
from pingvas_cli.commandline import Contents, Group
from pingvas_cli.main import run
from pingvas_cli.ui import cells
from tests.pingvas_cli.commands.terminal import terminal
from tests.servers.aws import ACCOUNT, CREDENTIALS, moto
from tests.servers.dns import name_server
from tests.servers.recorded_aws import Recorded, whole_aws

TABLE: Contents = {"doctor": "doctor:doctor", "bootstrap": "bootstrap:bootstrap"}
NEEDED = (
    "platform: {target: aws, domain: pingvas.example.com, "
    f'account_id: "{ACCOUNT}", owner_email: owner@example.com}}\n'
    "gitops: {repository: https://github.com/owner/name}\n"
)
VERSIONS = {"terraform": "1.15.9", "kubectl": "1.35.2", "git": "2.39.5"}
Run = Callable[..., tuple[int, str, str]]


def build(language: str) -> Group:
    return CommandBuilder(language).group((), TABLE)


@pytest.fixture
def account() -> Recorded:
    """What the account holds beside moto; a test may change it."""
    return Recorded()


@pytest.fixture
def aws(account: Recorded) -> Iterator[AwsSession]:
    with whole_aws(account) as session:
        session.client("iam").create_role(
            RoleName="AWSServiceRoleForEC2Spot", AssumeRolePolicyDocument="{}"
        )
        yield session


@pytest.fixture
def tools(tmp_path: Path) -> None:
    """The tools of the pinned versions, on the path that `cli` sets."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, version in VERSIONS.items():
        (folder / name).write_text(f"#!/bin/sh\necho {name} v{version}\n")
        (folder / name).chmod(0o755)


@pytest.fixture
def cli(
    aws: AwsSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Run]:
    """Runs the command in an empty folder, with credentials and a DNS that knows no name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in ("STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": str(aws.endpoint)}.items():
        monkeypatch.setenv(name, value)
    Path("pingvas.yaml").write_text(NEEDED)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments, build)
        caught = capsys.readouterr()
        return code, caught.out, caught.err

    with name_server({}, dns.rcode.NXDOMAIN) as port:
        _ask(port, monkeypatch)
        yield call


def _ask(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolvers of this machine are the one at `port`."""

    def read(resolver: object, _: object) -> None:
        vars(resolver).update(_nameservers=["127.0.0.1"], port=port)

    monkeypatch.setattr("dns.resolver.Resolver.read_resolv_conf", read)


def states(out: str) -> dict[str, set[str]]:
    """The states of each check."""
    found: dict[str, set[str]] = {}
    for one in json.loads(out):
        found.setdefault(one["check"], set()).add(one["state"])
    return found


@pytest.mark.usefixtures("tools")
def test_a_ready_account_is_well(cli: Run) -> None:
    """Everything is asked over HTTP and answered; only the domain waits for its zone."""
    code, out, err = cli("doctor", "-o", "json")
    assert code == 0
    found = states(out)
    assert found.pop("delegation") == {"warning"}
    assert found.pop("support") <= {"ok", "warning"}
    assert set(found) == {
        *("tools", "identity", "permissions", "quotas", "spot_role", "zones"),
        *("cluster", "database", "cache", "networks"),
    }
    assert set(map(frozenset, found.values())) == {frozenset({"ok"})}
    assert "Nothing that is known stands in the way" in err


@pytest.mark.usefixtures("tools")
def test_fix_asks_for_quotas_once(cli: Run, account: Recorded) -> None:
    """P4: said beforehand, done after a yes, and not again while the request is open."""
    account.quotas.update({"L-3819A6DF": 0.0, "L-DB2E81BA": 0.0})
    code, _, err = cli("doctor", "--fix")
    assert (code, account.requests) == (3, [])
    assert "All G and VT Spot Instance Requests (L-3819A6DF) to 100 vCPUs" in err
    code, _, err = cli("doctor", "--fix", "--yes")
    assert code == 1
    asked = [(each["QuotaCode"], each["DesiredValue"]) for each in account.requests]
    assert asked == [("L-3819A6DF", 100), ("L-DB2E81BA", 100)]
    assert "request-2" in err
    code, out, err = cli("doctor", "--fix", "--yes", "-o", "json")
    assert (code, len(account.requests)) == (0, 2)
    assert states(out)["quotas"] == {"ok", "warning"}
    assert "nothing that --fix could do" in err


@pytest.mark.usefixtures("tools")
def test_refused_actions_are_told_by_service(cli: Run, account: Recorded) -> None:
    account.denied = frozenset({"eks:CreateCluster", "eks:CreateNodegroup", "rds:CreateDBCluster"})
    code, _, err = cli("doctor", "-o", "json")
    assert code == 1
    findings = json.loads(err)["error"]["findings"]
    assert [(one["where"], one["code"]) for one in findings] == [
        ("iam eks", "doctor.not_allowed"),
        ("iam rds", "doctor.not_allowed"),
    ]
    assert "CreateCluster, CreateNodegroup" in findings[0]["message"]


def test_what_cannot_be_read_is_unknown_and_never_well(
    cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """moto alone lacks much of AWS."""
    with moto() as bare:
        monkeypatch.setenv("AWS_ENDPOINT_URL", str(bare.endpoint))
        code, out, err = cli("doctor", "-o", "json")
    assert code == 1
    found = states(out)
    for check in ("permissions", "quotas", "cluster", "database", "cache"):
        assert found[check] == {"unknown"}, check
    assert {one["code"] for one in json.loads(err)["error"]["findings"]} == {"doctor.tool_missing"}
    assert all("\n" not in one["what"] for one in json.loads(out))


def test_a_line_has_all_that_a_program_needs(cli: Run) -> None:
    out = cli("doctor", "-o", "json")[1]
    (line,) = (one for one in json.loads(out) if one["check"] == "delegation")
    assert line == {
        "check": "delegation",
        "state": "warning",
        "where": "pingvas.yaml:1 platform.domain",
        "code": "doctor.delegation_later",
        "cites": ["P13"],
        "what": "pingvas.example.com has no zone yet. "
        "`bootstrap` makes it, and stops until its name servers answer.",
        "remedy": "Have the parent domain at hand: they must be written there.",
        "fix": None,
    }


def test_fix_says_it_asks_and_writes_suggestions_alone(cli: Run, aws: AwsSession) -> None:
    route53 = aws.client("route53")
    zone = route53.create_hosted_zone(Name="pingvas.example.com", CallerReference="1")
    name = zone["HostedZone"]["Id"].removeprefix("/hostedzone/")
    code, _, err = cli("doctor", "--fix", "-o", "json")
    assert code == 3
    assert f"edge.hosted_zone_id: {name}" in err
    assert not Path("pingvas.suggested.yaml").exists()
    code, _, err = cli("doctor", "--fix", "--yes")
    assert code == 1
    written = yaml.safe_load(Path("pingvas.suggested.yaml").read_text())
    assert written["edge"] == {"hosted_zone_id": name}
    assert Path("pingvas.yaml").read_text() == NEEDED


def test_another_account_is_not_looked_into(cli: Run) -> None:
    Path("pingvas.yaml").write_text(NEEDED.replace(ACCOUNT, "999999999999"))
    code, out, _ = cli("doctor", "--fix", "--yes", "-o", "json")
    assert code == 1
    assert states(out)["networks"] == {"unknown"}
    assert "doctor.account_other" in out
    assert not Path("pingvas.suggested.yaml").exists()


def test_without_boto3_it_says_what_to_install(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.partition(".")[0] in ("boto3", "botocore")]:
        monkeypatch.setitem(sys.modules, name, None)
    code, _, err = cli("doctor")
    assert code == 1
    assert "pip install 'pingvas[aws]'" in err


def test_it_speaks_korean_to_people_and_english_to_programs(cli: Run) -> None:
    _, out, err = cli("doctor", "--lang", "ko")
    assert "경로에 없습니다" in out
    assert "막는 것이" in err
    assert "is not on the path" in cli("doctor", "--lang", "ko", "-o", "json")[1]


@pytest.mark.usefixtures("cli")
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("command", ["doctor", "bootstrap"])
def test_a_terminal_of_80_columns_is_wide_enough(
    account: Recorded, command: str, language: str
) -> None:
    """No tool is there, actions are refused, and quotas are short: much is to be said."""
    account.denied = frozenset(
        f"ec2:{each}" for each in ("CreateVpc", "CreateSubnet", "CreateTags")
    )
    account.quotas["L-34B43A08"] = 5.0
    with terminal(80) as seen:
        assert run((command, "--lang", language), build) == 1
    assert max(map(cells.width, seen.lines)) <= 80
    assert "CreateSubnet, CreateTags, CreateVpc" in seen.words
    assert "L-34B43A08" in seen.words


def test_the_local_target_asks_nobody(tmp_path: Path) -> None:
    """In a process of its own: what speaks to AWS or the DNS is not even loaded."""
    script = (
        "import sys, socket\n"
        "def refuse(*a, **k): raise SystemExit('a name was looked up')\n"
        "socket.getaddrinfo = refuse\n"
        "from pingvas_cli.main import run\n"
        "code = run(('doctor', '-o', 'json'))\n"
        "loaded = {'boto3', 'botocore', 'dns', 'jinja2'} & set(sys.modules)\n"
        "raise SystemExit(f'loaded: {loaded}' if loaded else code)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path), "HOME": str(tmp_path)},
    )
    assert told.returncode in (0, 1), told.stderr
    assert "loaded" not in told.stderr
    lines = json.loads(told.stdout)
    assert {one["check"] for one in lines} == {"machine"}
    assert not (tmp_path / ".local").exists()
