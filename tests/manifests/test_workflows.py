"""GitHub's workflows: judged by their linters, few rights, and no way to prod but by people."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.golden import CONFIGURATIONS, tree

FOLDER: Final = ".github/workflows"
NAMES: Final = ("ci", "deploy-dev", "release-prod")
PINNED: Final = re.compile(r"[a-z-]+/[a-z-]+@[0-9a-f]{40}")
UNKNOWN_TO_CHECKOV: Final = re.compile(
    r"^ +(attestations: \w+|cancel-in-progress: \$.*)\n", re.MULTILINE
)
READS: Final = {"contents": "read"}
PUSHES: Final = {"attestations": "write", "contents": "read", "id-token": "write"}
ALLOWED: Final[Mapping[str, Mapping[str, Mapping[str, str]]]] = {
    "ci": dict.fromkeys(("test", "manifests", "services", "worker"), READS),
    "deploy-dev": {
        "checks": READS,
        "services": PUSHES,
        "worker": PUSHES,
        "deliver": {"contents": "write"},
    },
    "release-prod": {
        "promote": {
            "attestations": "read",
            "contents": "write",
            "id-token": "write",
            "pull-requests": "write",
        }
    },
}
Workflow = Mapping[str, Any]


@pytest.fixture(scope="module")
def texts() -> Mapping[str, str]:
    rendered = tree("default")
    return {name: rendered[f"{FOLDER}/{name}.yml"].decode() for name in NAMES}


@pytest.fixture(scope="module")
def workflows(texts: Mapping[str, str]) -> Mapping[str, Workflow]:
    """By name; `on` is a key, not a truth."""
    return {name: yaml.load(text, yaml.BaseLoader) for name, text in texts.items()}  # noqa: S506 - texts alone


@pytest.fixture
def folder(texts: Mapping[str, str], tmp_path: Path) -> Path:
    (tmp_path / FOLDER).mkdir(parents=True)
    for name, text in texts.items():
        (tmp_path / FOLDER / f"{name}.yml").write_text(text)
    return tmp_path


def steps(workflow: Workflow) -> Iterator[Mapping[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job.get("steps", ())


def step(workflow: Workflow, name: str) -> Mapping[str, Any]:
    (found,) = (each for each in steps(workflow) if each["name"] == name)
    return found


def test_linters_find_nothing(linter: str, folder: Path) -> None:
    files = sorted((folder / FOLDER).iterdir())
    arguments = ["--offline", "--no-progress"] if linter.endswith("zizmor") else []
    told = subprocess.run(
        [linter, *arguments, *files], cwd=folder, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_checkov_finds_nothing_in_workflows(checkov: str, folder: Path) -> None:
    """It passes over files that its older schema does not know, so it reads them without these."""
    files = sorted((folder / FOLDER).iterdir())
    for file in files:
        file.write_text(UNKNOWN_TO_CHECKOV.sub("", file.read_text()))
    command = [checkov, "--skip-download", "-o", "json", "--framework", "github_actions"]
    told = subprocess.run(
        [*command, "-f", *files], cwd=folder, capture_output=True, text=True, check=False
    )
    results = json.loads(told.stdout)["results"]
    assert [each["check_id"] for each in results["failed_checks"]] == []
    judged = {Path(each["file_path"]).name for each in results["passed_checks"]}
    assert judged == {file.name for file in files}


def test_jobs_have_the_rights_they_need_and_no_more(workflows: Mapping[str, Workflow]) -> None:
    assert set(workflows) == set(ALLOWED)
    for name, one in workflows.items():
        assert one["permissions"] == {}
        assert {job: each["permissions"] for job, each in one["jobs"].items()} == ALLOWED[name]


def test_actions_are_pinned_by_commit(workflows: Mapping[str, Workflow]) -> None:
    for one in workflows.values():
        for each in steps(one):
            if "uses" in each:
                assert PINNED.fullmatch(each["uses"]), each["uses"]
            if each.get("uses", "").startswith("actions/checkout@"):
                assert each["with"]["persist-credentials"] == "false"


def test_scripts_take_nothing_from_expressions(workflows: Mapping[str, Workflow]) -> None:
    """What strangers name, such as a tag, reaches a shell by its environment alone."""
    for one in workflows.values():
        assert not any("${{" in each.get("run", "") for each in steps(one))
        for job in one["jobs"].values():
            assert "timeout-minutes" in job or "uses" in job
        assert one["concurrency"]["group"]


def test_pull_requests_push_nothing(workflows: Mapping[str, Workflow]) -> None:
    """G4: neither images nor roles; the same jobs check a push to dev."""
    ci = workflows["ci"]
    assert set(ci["on"]) == {"pull_request", "workflow_call"}
    builds = [each for each in steps(ci) if "build-push-action" in each.get("uses", "")]
    assert len(builds) == 2
    assert {each["with"]["push"] for each in builds} == {"false"}
    assert not any("environment" in job for job in ci["jobs"].values())
    assert "id-token" not in json.dumps(ci)
    assert "secrets." not in json.dumps(workflows)


def test_dev_deploys_what_it_built_by_digest(workflows: Mapping[str, Workflow]) -> None:
    dev = workflows["deploy-dev"]
    assert dev["on"] == {"push": {"branches": ["develop"], "paths-ignore": ["k8s/releases/**"]}}
    jobs = dev["jobs"]
    assert jobs["deliver"]["needs"] == ["services", "worker"]
    pushed = set()
    for name in ("services", "worker"):
        assert jobs[name]["needs"] == "checks"
        assert jobs[name]["environment"] == "development"
        (build,) = (each for each in jobs[name]["steps"] if each.get("id") == "build")
        assert build["with"]["provenance"] == "mode=max"
        assert build["with"]["sbom"] == "true"
        for each in build["with"]["tags"].splitlines():
            repository, _, tag = each.partition(":")
            pushed.add(repository.rpartition("/")[2])
            assert "github.sha" in tag
            assert "github.run_attempt" in tag
    assert pushed == {"user", "payment", "generation", "gallery", "model", "worker"}


def test_only_a_release_touches_prod_and_only_by_asking(
    texts: Mapping[str, str], workflows: Mapping[str, Workflow]
) -> None:
    """G1-G3: a reviewed environment, a pull request, nothing built, nothing applied."""
    for name in ("ci", "deploy-dev"):
        assert not {"env/prod", "github-prod", "production"} & set(re.split(r"[\s:]+", texts[name]))
        assert "releases/prod" not in texts[name]
        assert "pingvas-github-prod" not in texts[name]
    release = workflows["release-prod"]
    assert release["on"] == {"release": {"types": ["published"]}}
    assert release["jobs"]["promote"]["environment"] == "production"
    assert not any("build-push" in each.get("uses", "") for each in steps(release))
    text = texts["release-prod"]
    pushes = re.findall(r"git push .*", text)
    assert pushes == ['git push --force "$remote" "HEAD:refs/heads/release/$TAG"']
    assert not re.search(r"gh pr merge|argocd app sync(?! -l)|kubectl|docker build", text)


def test_roles_are_those_of_the_identity_module(texts: Mapping[str, str]) -> None:
    platform = CONFIGURATIONS["default"]["platform"]
    for name, environment in (("deploy-dev", "dev"), ("release-prod", "prod")):
        role = f"pingvas-github-{environment}-us-east-1"
        assert f"arn:aws:iam::{platform['account_id']}:role/{role}" in texts[name]


def test_delivery_writes_digests_where_kustomize_reads_them(
    workflows: Mapping[str, Workflow], tmp_path: Path
) -> None:
    """The script runs against a real repository; again changes nothing."""
    digest = {"DIGEST_SERVICES": f"sha256:{'a' * 64}", "DIGEST_WORKER": f"sha256:{'b' * 64}"}
    origin, clone = repository(tmp_path)
    script = step(workflows["deploy-dev"], "Write the digests to dev's branch")["run"]
    for _ in range(2):
        run(script, clone, origin, {**digest, "BRANCH": "develop", "GITHUB_SHA": "c" * 40})
    assert git(origin, "rev-list", "--count", "develop").strip() == "2"
    for program, wanted in (("user", "SERVICES"), ("model", "SERVICES"), ("worker", "WORKER")):
        file = f"k8s/releases/dev/{program}/kustomization.yaml"
        (image,) = yaml.safe_load(git(origin, "show", f"develop:{file}"))["images"]
        assert image["digest"] == digest[f"DIGEST_{wanted}"]
    assert not git(origin, "diff", "develop~1", "develop", "--", "k8s/releases/prod")


def test_delivery_refuses_what_is_no_digest(
    workflows: Mapping[str, Workflow], tmp_path: Path
) -> None:
    origin, clone = repository(tmp_path)
    script = step(workflows["deploy-dev"], "Write the digests to dev's branch")["run"]
    wrong = {"DIGEST_SERVICES": "latest", "DIGEST_WORKER": f"sha256:{'b' * 64}"}
    with pytest.raises(subprocess.CalledProcessError):
        run(script, clone, origin, {**wrong, "BRANCH": "develop", "GITHUB_SHA": "c" * 40})
    assert git(origin, "rev-list", "--count", "develop").strip() == "1"


def repository(folder: Path) -> tuple[Path, Path]:
    """A bare repository with dev's branch, and a clone of it."""
    origin, clone = folder / "origin", folder / "clone"
    git(folder, "init", "--quiet", "--bare", "--initial-branch=develop", str(origin))
    git(folder, "clone", "--quiet", str(origin), str(clone))
    for path, content in tree("default").items():
        if path.startswith("k8s/releases/"):
            (clone / path).parent.mkdir(parents=True, exist_ok=True)
            (clone / path).write_bytes(content)
    git(clone, "add", ".")
    git(clone, *AUTHOR, "commit", "--quiet", "--message", "Begin")
    git(clone, "push", "--quiet", "origin", "HEAD:develop")
    return origin, clone


AUTHOR: Final = ("-c", "user.name=tests", "-c", "user.email=tests@example.com")


def git(folder: Path, *arguments: str) -> str:
    """What git says; raises when it refuses."""
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def run(script: str, folder: Path, origin: Path, variables: Mapping[str, str]) -> None:
    """Run a step as GitHub does, with a repository on this machine as the remote."""
    local = re.sub(r'remote="[^"]*"', f'remote="{origin}"', script)
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "GITHUB_TOKEN": "none", **variables}
    subprocess.run(["bash", "-e", "-c", local], cwd=folder, env=environ, check=True)
