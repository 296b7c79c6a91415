"""Signing keys: when each signs, how long it is published, and the program that rotates them."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from services.kernel.access import Caller, PublishedKeys, TokenRefused, TokenVerifier
from services.user import key_folder, keys
from services.user.access import SigningKey, SigningKeyUnusable, TokenIssuer
from services.user.key_folder import EVER, LEEWAY, KeptKey, Schedule
from services.user.key_ring import KeyRing
from services.user.main import create_app
from services.user.settings import UserSettings
from tests.servers.people import AUDIENCE, ISSUER, add_person
from tests.servers.postgres import EnvironmentDatabase

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LIFETIME = timedelta(seconds=900)
JWKS_KEPT = timedelta(seconds=300)


def kept(signs_from: datetime) -> KeptKey:
    return KeptKey(Path("x.pem"), SigningKey(Ed25519PrivateKey.generate()), signs_from)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the key that a bootstrap makes."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    keys.rotate(folder, at_once=True).rename(folder / "first.pem")
    return folder


def run(
    capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0
) -> list[dict[str, Any]]:
    assert keys.main(arguments) == status
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def states(schedule: Schedule, now: datetime) -> Sequence[str]:
    return [schedule.state(each, now) for each in schedule.keys]


def test_keys_follow_each_other() -> None:
    schedule = Schedule((kept(EVER), kept(NOW), kept(NOW + timedelta(days=1))), LIFETIME)
    second = timedelta(seconds=1)
    assert states(schedule, NOW - second) == ["signing", "waiting", "waiting"]
    assert states(schedule, NOW) == ["superseded", "signing", "waiting"]
    assert states(schedule, NOW + LIFETIME + LEEWAY) == ["superseded", "signing", "waiting"]
    assert states(schedule, NOW + LIFETIME + LEEWAY + second) == ["retired", "signing", "waiting"]
    assert len(schedule.published(NOW)) == 3
    assert len(schedule.published(NOW + LIFETIME + LEEWAY + second)) == 2


def test_before_any_key_has_begun_the_first_signs() -> None:
    schedule = Schedule((kept(NOW + LIFETIME), kept(NOW + 2 * LIFETIME)), LIFETIME)
    assert states(schedule, NOW) == ["signing", "waiting"]


def test_a_new_key_is_published_for_longer_than_the_document_is_kept_before_it_signs() -> None:
    assert keys.PUBLISHED_AHEAD > JWKS_KEPT


async def test_a_running_service_notices_rotation_and_retirement(folder: Path) -> None:
    ring = KeyRing(folder, 900)
    first = ring.signer().key_id
    waiting = keys.rotate(folder)
    ring.look_again()
    assert ring.signer().key_id == first
    assert len(ring.published()["keys"]) == 2
    now = keys.rotate(folder, at_once=True)
    ring.look_again()
    assert ring.signer().key_id == SigningKey.load(now).key_id
    assert await ring.find(first) is not None, "tokens of the last key stay good"
    assert stat.S_IMODE(waiting.stat().st_mode) == 0o600
    assert all("d" not in entry for entry in ring.published()["keys"])
    (folder / "first.pem").unlink()
    ring.look_again()
    assert await ring.find(first) is None


async def test_a_folder_that_becomes_unusable_changes_nothing(folder: Path) -> None:
    ring = KeyRing(folder, 900)
    (folder / "second.pem").write_text("no key")
    with capture_logs() as logs:
        ring.look_again()
    assert [each["event"] for each in logs] == ["signing_keys_unusable"]
    assert ring.signer().key_id == SigningKey.load(folder / "first.pem").key_id


def test_a_folder_without_a_key_or_with_an_open_one_is_refused(folder: Path) -> None:
    (folder / "first.pem").chmod(0o640)
    with pytest.raises(SigningKeyUnusable, match="is open to others"):
        KeyRing(folder, 900)
    (folder / "first.pem").unlink()
    with pytest.raises(SigningKeyUnusable, match="has no signing key"):
        KeyRing(folder, 900)
    assert key_folder.fingerprint(folder) == ()


def test_the_program_rotates_lists_and_retires(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PINGVAS_SIGNING_KEY_FILE", str(folder))
    (made,) = run(capsys, "rotate")
    assert (made["state"], (folder / made["file"]).exists()) == ("waiting", True)
    listed = run(capsys, "list")
    assert [(each["signs_from"] is None, each["state"]) for each in listed] == [
        (True, "signing"),
        (False, "waiting"),
    ]
    assert run(capsys, "retire") == []
    (gone,) = run(capsys, "retire", listed[0]["key_id"], "--now")
    assert (gone["key_id"], gone["state"]) == (listed[0]["key_id"], "retired")
    assert not (folder / "first.pem").exists()
    assert run(capsys, "retire", made["key_id"], "--now", status=1) == []
    assert (folder / made["file"]).exists(), "the only key stays"
    assert run(capsys, "retire", "unknown", "--now", status=1) == []


def test_the_program_removes_what_has_served_its_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PINGVAS_SIGNING_KEY_FILE", str(folder))
    late = datetime.now(UTC) - LIFETIME - 2 * LEEWAY
    keys.rotate(folder, at_once=True).rename(folder / f"{late:{key_folder.TIME}}-x.pem")
    (gone,) = run(capsys, "retire")
    assert gone["file"] == "first.pem"
    assert [each["state"] for each in run(capsys, "list")] == ["signing"]


def test_mistakes_of_the_program_are_told_in_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PINGVAS_SIGNING_KEY_FILE", str(folder / "first.pem"))
    assert keys.main(["rotate"]) == 1
    assert "is not a folder" in capsys.readouterr().err
    for wrong in ([], ["burn"], ["retire", "x"], ["retire", "--now"]):
        with pytest.raises(SystemExit) as ended:
            keys.main(wrong)
        assert ended.value.code == 2


async def test_another_service_follows_a_rotation_by_the_published_document(
    folder: Path, settings: UserSettings, environment_database: EnvironmentDatabase
) -> None:
    app = create_app(settings.model_copy(update={"signing_key_file": folder}))
    ring: KeyRing = app.state.key_ring
    issuer = TokenIssuer(ring, issuer=ISSUER, audience=AUDIENCE, lifetime_seconds=60)
    caller = Caller(add_person(environment_database), "user", "free")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://service"
    ) as http:
        elsewhere = PublishedKeys("http://service/.well-known/jwks.json", http)
        verifier = TokenVerifier(elsewhere, issuer=ISSUER, audience=AUDIENCE)
        first, second = keys.rotate(folder), keys.rotate(folder)
        ring.look_again()
        await verifier.verify(issuer.issue(caller))
        # The next key begins to sign: the copy that the other service has knows it already.
        first.rename(folder / f"{datetime.now(UTC):{key_folder.TIME}}-next.pem")
        ring.look_again()
        token = issuer.issue(caller)
        assert (await verifier.verify(token)).user_id == caller.user_id
        unknown = TokenIssuer(
            SigningKey(Ed25519PrivateKey.generate()),
            issuer=ISSUER,
            audience=AUDIENCE,
            lifetime_seconds=60,
        )
        with pytest.raises(TokenRefused):
            await verifier.verify(unknown.issue(caller))
        assert second.exists()
