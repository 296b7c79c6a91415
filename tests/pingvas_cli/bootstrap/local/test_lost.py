"""What is gone is told, not made anew in silence; what is somebody else's is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from pingvas_cli.bootstrap.local import teardown
from pingvas_cli.bootstrap.local.catalogue import public
from pingvas_cli.bootstrap.local.database import DatabaseServerStep
from pingvas_cli.bootstrap.local.generated_secrets import GeneratedSecrets
from pingvas_cli.bootstrap.local.state_folder import MARK, StateFolder, belongs_to_somebody_else
from pingvas_cli.errors import PingvasError, Refused
from pingvas_cli.steps.journal import Record
from tests.pingvas_cli.bootstrap.local.conftest import bring, context


def recorded(slug: str) -> Record:
    return Record("run", slug, "done", "2026-01-01T00:00:00+00:00", 1.0)


def test_whose_a_folder_is(tmp_path: Path) -> None:
    empty, full, ours = (tmp_path / name for name in ("empty", "full", "ours"))
    for folder in (empty, full, ours):
        folder.mkdir()
    (full / "thesis.txt").write_text("precious")
    (ours / MARK).touch()
    (ours / "notes").touch()
    found = {folder.name: belongs_to_somebody_else(folder) for folder in (empty, full, ours)}
    assert found == {"empty": False, "full": True, "ours": False}
    assert not belongs_to_somebody_else(tmp_path / "absent")
    assert belongs_to_somebody_else(Path("/"))
    assert belongs_to_somebody_else(Path.home())


def test_somebody_elses_folder_is_neither_taken_nor_removed(tmp_path: Path) -> None:
    root = tmp_path / "home"
    (root / "docs").mkdir(parents=True, mode=0o755)
    (root / "docs" / "thesis.txt").write_text("precious")
    before = root.stat().st_mode
    ctx = context(root)
    with pytest.raises(PingvasError) as refusal:
        StateFolder().apply(ctx)
    assert refusal.value.code == "local.folder_in_use"
    with pytest.raises(Refused):
        teardown.destroy(ctx)
    assert (root / "docs" / "thesis.txt").read_text() == "precious"
    assert (root.stat().st_mode, sorted(p.name for p in root.iterdir())) == (before, ["docs"])


def test_lost_secrets_are_not_replaced(tmp_path: Path) -> None:
    ctx = context(tmp_path / "s")
    bring(ctx, (StateFolder(), GeneratedSecrets()))
    kept = ctx.layout.secrets.read_text()
    ctx.layout.secrets.unlink()
    with pytest.raises(PingvasError) as failure:
        GeneratedSecrets().apply(ctx)
    assert failure.value.code == "local.secrets_lost"
    assert not ctx.layout.secrets.exists()
    ctx.layout.secrets.write_text(kept)
    assert bring(ctx, (GeneratedSecrets(),)).applied == ()


def test_a_lost_database_is_not_replaced(tmp_path: Path) -> None:
    ctx = context(tmp_path / "s")
    bring(ctx, (StateFolder(), GeneratedSecrets()))
    ctx.journal.append(recorded("database"))
    with pytest.raises(PingvasError) as failure:
        DatabaseServerStep().prepare(ctx)
    assert failure.value.code == "local.database_lost"
    assert not ctx.layout.database.exists()


def test_customers_see_no_path_of_this_machine() -> None:
    manifest = {"name": "mine", "source": "/home/kim/models/mine"}
    assert public(manifest) == {"name": "mine", "source": "mine"}
    assert public({**manifest, "source": "owner/mine"})["source"] == "owner/mine"
