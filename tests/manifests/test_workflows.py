"""GitHub's workflows: judged by their linters, few rights, and no way to prod but by people."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.golden import CONFIGURATIONS, tree
from tests.manifests.repositories import AUTHOR, git, repository, run, stand_in

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


SERVICES, WORKER = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
PROGRAMS: Final = ("user", "payment", "generation", "gallery", "model", "worker")


@pytest.fixture
def release(workflows: Mapping[str, Workflow], tmp_path: Path) -> Release:
    """A release of what dev runs."""
    origin, clone = repository(tmp_path)
    delivery = step(workflows["deploy-dev"], "Write the digests to dev's branch")["run"]
    digests = {"DIGEST_SERVICES": SERVICES, "DIGEST_WORKER": WORKER}
    run(delivery, clone, origin, {**digests, "BRANCH": "develop", "GITHUB_SHA": "c" * 40})
    git(clone, "fetch", "--quiet", "origin")
    return Release(workflows["release-prod"], origin, clone)


def test_a_release_asks_for_devs_digests_in_prod(release: Release, tmp_path: Path) -> None:
    calls = stand_in(tmp_path, "gh", "")
    before = git(release.origin, "rev-parse", "env/prod")
    release.run("Read what dev runs at the release")
    release.run("Verify that our workflow built them from dev's branch")
    release.run("Ask for the same digests in prod")
    assert git(release.origin, "rev-parse", "env/prod") == before
    for program in PROGRAMS:
        place = f"release/v1.2.0:k8s/releases/prod/{program}/kustomization.yaml"
        (image,) = yaml.safe_load(git(release.origin, "show", place))["images"]
        assert image["digest"] == (WORKER if program == "worker" else SERVICES)
    called = calls.read_text().splitlines()
    verified = [each for each in called if each.startswith("attestation verify")]
    assert len(verified) == len(PROGRAMS)
    assert all("/deploy-dev.yml --source-ref refs/heads/develop" in each for each in verified)
    (asked,) = (each for each in called if each.startswith("pr create"))
    assert "--base env/prod --head release/v1.2.0" in asked
    assert git(release.origin, "merge-base", "release/v1.2.0", "env/prod") == before


@pytest.mark.parametrize("tag", ["latest", "v1.2", "v1.2.0;id", "v1.2.0-rc1"])
def test_a_release_of_another_name_is_refused(release: Release, tag: str) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        release.run("Read what dev runs at the release", TAG=tag)


def test_what_dev_never_ran_is_refused(release: Release) -> None:
    git(release.clone, *AUTHOR, "commit", "--quiet", "--allow-empty", "--message", "Elsewhere")
    with pytest.raises(subprocess.CalledProcessError):
        release.run("Read what dev runs at the release")


def test_nothing_delivered_is_nothing_released(
    workflows: Mapping[str, Workflow], tmp_path: Path
) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        Release(workflows["release-prod"], *repository(tmp_path)).run(
            "Read what dev runs at the release"
        )


def test_an_image_of_unknown_origin_stops_the_release(release: Release, tmp_path: Path) -> None:
    stand_in(tmp_path, "gh", "exit 1")
    release.run("Read what dev runs at the release")
    with pytest.raises(subprocess.CalledProcessError):
        release.run("Verify that our workflow built them from dev's branch")


def test_a_release_tags_the_same_digests_and_again_does_nothing(
    release: Release, tmp_path: Path
) -> None:
    release.run("Read what dev runs at the release")
    for answer, puts in (("build-1\tbuild-2", len(PROGRAMS)), ("build-1\tv1.2.0", 0)):
        calls = stand_in(tmp_path, "aws", f'[ "$2" != describe-images ] || printf "{answer}\n"')
        calls.write_text("")
        release.run("Give the release's tag to the same digests")
        put = [each for each in calls.read_text().splitlines() if each.startswith("ecr put-image")]
        assert len(put) == puts
        assert all(f"--image-tag v1.2.0 --image-digest {WORKER[:7]}" in each for each in put)


@dataclass(frozen=True)
class Release:
    """The steps of a release, in a repository on this machine."""

    workflow: Workflow
    origin: Path
    clone: Path

    def run(self, name: str, **variables: str) -> None:
        """Run one step with the variables of its job; raises when it fails."""
        of_job = {**self.workflow["jobs"]["promote"]["env"], "TAG": "v1.2.0", **variables}
        wanted = {"GITHUB_REPOSITORY": "Pinksea-AI/InvokeAI", **of_job}
        run(step(self.workflow, name)["run"], self.clone, self.origin, wanted)
