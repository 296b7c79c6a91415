"""Secrets are made once, closed to others, and never changed by a later run."""

from __future__ import annotations

import json
import stat
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from pingvas_cli.bootstrap.local.generated_secrets import GeneratedSecrets
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS, generate
from pingvas_cli.bootstrap.local.signing_keys import first_key, signing_keys
from pingvas_cli.bootstrap.local.state_folder import StateFolder
from pingvas_cli.errors import PingvasError
from pingvas_cli.steps.step import Absent, Present
from tests.pingvas_cli.bootstrap.local.conftest import bring, context

STEPS = (StateFolder(), GeneratedSecrets())


def test_they_are_made_once_and_stay(tmp_path: Path) -> None:
    ctx = context(tmp_path / "state")
    assert bring(ctx, STEPS).applied == ("state-folder", "secrets")
    files = [ctx.layout.secrets, *ctx.layout.keys.rglob("*.pem")]
    before = {path: path.read_bytes() for path in files}
    assert len(files) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert bring(context(tmp_path / "state"), STEPS).applied == ()
    assert {path: path.read_bytes() for path in files} == before


def test_a_lost_key_is_made_anew_and_the_rest_stays(tmp_path: Path) -> None:
    ctx = context(tmp_path / "state")
    bring(ctx, STEPS)
    secrets, prod = ctx.secrets, first_key(ctx, "prod").read_bytes()
    first_key(ctx, "dev").unlink()
    assert isinstance(GeneratedSecrets().inspect(ctx), Absent)
    assert bring(ctx, STEPS).applied == ("secrets",)
    assert ctx.secrets == secrets
    assert first_key(ctx, "prod").read_bytes() == prod


def test_keys_are_two_and_sign(tmp_path: Path) -> None:
    ctx = context(tmp_path / "state")
    bring(ctx, STEPS)
    texts = [first_key(ctx, name).read_bytes() for name in ENVIRONMENTS]
    assert texts[0] != texts[1]
    for text in texts:
        assert isinstance(load_pem_private_key(text, None), Ed25519PrivateKey)


def test_an_older_platform_keeps_its_keys_and_secrets_and_gets_what_is_new(tmp_path: Path) -> None:
    ctx = context(tmp_path / "state")
    bring(ctx, STEPS)
    older = json.loads(ctx.layout.secrets.read_text())
    for name in ENVIRONMENTS:
        del older[name]["webhook"]
        first_key(ctx, name).replace(ctx.layout.single_signing_key(name))
    ctx.layout.secrets.write_text(json.dumps(older))
    assert isinstance(GeneratedSecrets().inspect(ctx), Absent)
    assert bring(ctx, STEPS).applied == ("secrets",)
    now = json.loads(ctx.layout.secrets.read_text())
    fresh = {now[name].pop("webhook") for name in ENVIRONMENTS}
    assert now == older
    assert len(fresh) == 2
    assert min(map(len, fresh)) >= 32
    assert not list(ctx.layout.signing_keys("dev").iterdir())
    assert signing_keys(ctx, "dev") == ctx.layout.single_signing_key("dev")


def test_all_secrets_differ() -> None:
    tree = asdict(generate())
    words = [w for v in tree.values() for w in (v.values() if isinstance(v, dict) else [v])]
    assert len(words) == len(set(words))
    assert min(map(len, words)) >= 32


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"dev": {}}', '{"dev": 1, "prod": 2}'])
def test_a_damaged_file_is_named_and_kept(tmp_path: Path, damage: str) -> None:
    ctx = context(tmp_path / "state")
    bring(ctx, STEPS)
    ctx.layout.secrets.write_text(damage)
    with pytest.raises(PingvasError) as failure:
        GeneratedSecrets().inspect(ctx)
    assert failure.value.code == "local.secrets_unreadable"
    assert failure.value.where == str(ctx.layout.secrets)
    assert ctx.layout.secrets.read_text() == damage


def test_rooms_are_closed_and_opened_ones_are_closed_again(tmp_path: Path) -> None:
    ctx = context(tmp_path / "state")
    bring(ctx, (StateFolder(),))
    assert {stat.S_IMODE(f.stat().st_mode) for f in ctx.layout.folders} == {0o700}
    ctx.layout.logs.chmod(0o755)
    assert isinstance(StateFolder().inspect(ctx), Absent)
    bring(ctx, (StateFolder(),))
    assert isinstance(StateFolder().inspect(ctx), Present)


def test_only_postgres_own_account_may_pass_through(tmp_path: Path) -> None:
    class AsPostgres:
        def initialised(self, data: Path) -> bool:
            return False

        def run_as(self) -> str:
            return "postgres"

    ctx = context(tmp_path / "state")
    ctx = replace(ctx, database_server=AsPostgres())  # type: ignore[arg-type]  # the one question
    bring(ctx, STEPS)
    modes = {f: stat.S_IMODE(f.stat().st_mode) for f in ctx.layout.folders}
    assert modes.pop(ctx.layout.root) == 0o711
    assert set(modes.values()) == {0o700}
    assert isinstance(StateFolder().inspect(ctx), Present)
