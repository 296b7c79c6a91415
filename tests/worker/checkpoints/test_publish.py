"""An installed checkpoint goes into a real S3 bucket, once, and comes out of it the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import EndpointConnectionError
from mypy_boto3_s3 import S3Client

from services.contracts.checkpoints import CheckpointManifest
from tests.worker.checkpoints.troubles import raising
from worker.checkpoints import publish
from worker.checkpoints.bucket import BucketCache, BucketShelf
from worker.checkpoints.digest import digest_folder, weigh_files
from worker.checkpoints.publish import Publisher
from worker.checkpoints.shelf import Shelved
from worker.checkpoints.store import CheckpointStore
from worker.errors import InstallFailure, JobFailure
from worker.settings import StoreSettings


def stock(s3: S3Client, settings: StoreSettings) -> CheckpointStore:
    return CheckpointStore(s3, settings.checkpoints_bucket, settings.checkpoints_prefix)


def wanted(cache: BucketCache) -> CheckpointManifest:
    found = cache.store.find("tiny")
    assert found
    return found


@pytest.fixture
def store(bucket: str, tiny: Shelved, tmp_path: Path) -> StoreSettings:
    shutil.copytree(tiny.folder, tmp_path / "shelf" / "tiny")
    return StoreSettings(checkpoints_dir=tmp_path / "shelf", checkpoints_bucket=bucket)


def test_what_is_published_can_be_fetched(
    s3: S3Client, store: StoreSettings, tmp_path: Path, tiny: Shelved
) -> None:
    files = weigh_files(store.checkpoints_dir / "tiny")
    assert Publisher(s3, store).publish("tiny") == len(files)
    cache = BucketCache(stock(s3, store), tmp_path / "cache", 10**12)
    assert [each.name for each in cache.store.manifests()] == ["tiny"]
    with cache.lease(wanted(cache)) as local:
        assert digest_folder(local.folder, lambda _count: None) == tiny.manifest.sha256
        assert local.manifest == tiny.manifest


def test_again_sends_nothing_and_what_was_lost_alone(s3: S3Client, store: StoreSettings) -> None:
    publisher = Publisher(s3, store)
    publisher.publish("tiny")
    assert publisher.publish("tiny") == 0
    key = "checkpoints/tiny/model_index.json"
    s3.put_object(Bucket=store.checkpoints_bucket, Key=key, Body=b"{}")
    assert publisher.publish("tiny") == 1
    s3.delete_object(Bucket=store.checkpoints_bucket, Key=key)
    assert publisher.publish("tiny") == 1


def test_a_break_leaves_nothing_to_serve_and_is_gone_on_from(
    s3: S3Client, store: StoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher, files = Publisher(s3, store), weigh_files(store.checkpoints_dir / "tiny")
    monkeypatch.setattr(s3, "upload_file", _breaking(s3.upload_file, after=3))
    with pytest.raises(InstallFailure) as caught:
        publisher.publish("tiny")
    assert caught.value.code == "checkpoint_bucket_unreachable"
    assert stock(s3, store).manifests() == []
    monkeypatch.undo()
    assert publisher.publish("tiny") == len(files) - 3


def test_another_of_the_same_name_is_replaced_only_when_told_so(
    s3: S3Client, store: StoreSettings, tiny: Shelved, tmp_path: Path
) -> None:
    publisher, folder = Publisher(s3, store), store.checkpoints_dir / "tiny"
    publisher.publish("tiny")
    sha256 = changed(folder, tiny)
    with pytest.raises(InstallFailure) as caught:
        publisher.publish("tiny")
    assert caught.value.code == "checkpoint_other_published"
    assert publisher.publish("tiny", replace=True) == 1
    cache = BucketCache(stock(s3, store), tmp_path / "cache", 10**12)
    with cache.lease(wanted(cache)) as local:
        assert local.manifest.sha256 == sha256


def test_what_is_replaced_reaches_those_who_have_the_old(
    s3: S3Client, store: StoreSettings, tiny: Shelved, tmp_path: Path
) -> None:
    """And takes nothing from those who still read it."""
    publisher, folder = Publisher(s3, store), store.checkpoints_dir / "tiny"
    publisher.publish("tiny")
    shelf = BucketShelf(BucketCache(stock(s3, store), tmp_path / "cache", 10**12), tmp_path)
    shelf.refresh()
    with shelf.hold(listed(shelf)) as old:
        sha256 = changed(folder, tiny)
        publisher.publish("tiny", replace=True)
        shelf.refresh()
        with shelf.hold(listed(shelf)) as new:
            assert new.manifest.sha256 == sha256
            assert digest_folder(new.folder, lambda _count: None) == sha256
        assert digest_folder(old.folder, lambda _count: None) == tiny.manifest.sha256
    changed(folder, tiny, "newer")
    publisher.publish("tiny", replace=True)
    shelf.refresh()
    with shelf.hold(listed(shelf)) as newer:
        lying = [each for each in (tmp_path / "cache").iterdir() if each.is_dir()]
        assert lying == [newer.folder], "nobody reads the others"


def test_a_worker_that_does_not_know_yet_loses_one_attempt(
    s3: S3Client, store: StoreSettings, tiny: Shelved, tmp_path: Path
) -> None:
    publisher = Publisher(s3, store)
    publisher.publish("tiny")
    shelf = BucketShelf(BucketCache(stock(s3, store), tmp_path / "cache", 10**12), tmp_path)
    shelf.refresh()
    sha256 = changed(store.checkpoints_dir / "tiny", tiny)
    publisher.publish("tiny", replace=True)
    with pytest.raises(JobFailure) as caught, shelf.hold(listed(shelf)):
        pass
    assert (caught.value.code, caught.value.retryable) == ("checkpoint_replaced", True)
    with shelf.hold(listed(shelf)) as local:
        assert local.manifest.sha256 == sha256


def changed(folder: Path, tiny: Shelved, word: str = "new") -> str:
    """The checksum of what lies there now under the old name."""
    (folder / "tokenizer" / "new.json").write_text(f'"{word}"')
    sha256 = digest_folder(folder, lambda _count: None)
    tiny.manifest.model_copy(update={"sha256": sha256}).write(folder)
    return sha256


def listed(shelf: BucketShelf) -> Shelved:
    found = shelf.find("tiny")
    assert found
    return found


@pytest.mark.parametrize(
    "failure", [EndpointConnectionError(endpoint_url="http://gone"), S3UploadFailedError("refused")]
)
def test_whatever_the_client_says_is_told_with_a_remedy(
    s3: S3Client, store: StoreSettings, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    monkeypatch.setattr(s3, "upload_file", raising(failure))
    with pytest.raises(InstallFailure) as caught:
        Publisher(s3, store).publish("tiny")
    assert caught.value.code == "checkpoint_bucket_unreachable"


def test_a_store_that_can_t_tell_what_is_there_is_not_written_over(
    s3: S3Client, store: StoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = EndpointConnectionError(endpoint_url="http://gone")
    monkeypatch.setattr(s3, "get_object", raising(gone))
    with pytest.raises(InstallFailure) as caught:
        Publisher(s3, store).publish("tiny")
    assert caught.value.code == "checkpoint_bucket_unreachable"
    assert "Contents" not in s3.list_objects_v2(Bucket=store.checkpoints_bucket)


def test_broken_files_are_not_published(s3: S3Client, store: StoreSettings) -> None:
    (store.checkpoints_dir / "tiny" / "model_index.json").write_text("{}")
    with pytest.raises(InstallFailure) as caught:
        Publisher(s3, store).publish("tiny")
    assert caught.value.code == "checkpoint_broken"
    assert "Contents" not in s3.list_objects_v2(Bucket=store.checkpoints_bucket)


def test_the_command_says_what_it_did(
    store: StoreSettings,
    s3: S3Client,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert publish.main(["tiny"]) == 2
    monkeypatch.setenv("PINGVAS_CHECKPOINTS_DIR", str(store.checkpoints_dir))
    assert publish.main(["tiny"]) == 2
    monkeypatch.setenv("PINGVAS_CHECKPOINTS_BUCKET", store.checkpoints_bucket)
    monkeypatch.setattr(publish, "client_of", lambda _settings: s3)
    capsys.readouterr()
    assert publish.main(["none"]) == 1
    assert publish.main(["tiny"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["error"]["code"] == "checkpoint_missing"
    assert lines[-1]["published"] == "tiny"


def _breaking(whole: Callable[..., None], after: int) -> Callable[..., None]:
    sent: list[str] = []

    def upload(path: str, *arguments: object, **named: object) -> None:
        if len(sent) == after:
            raise EndpointConnectionError(endpoint_url="http://gone")
        whole(path, *arguments, **named)
        sent.append(path)

    return upload
