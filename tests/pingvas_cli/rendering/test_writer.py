"""The writer: whole files, no file of anyone else, and a kill that leaves no trace."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pingvas_cli.errors import DriftFound, Refused
from pingvas_cli.rendering.comparison import compare
from pingvas_cli.rendering.record import RECORD, Record
from pingvas_cli.rendering.writer import STAGING, stands, write

ONE = {"a/main.tf": b"one\n", "a/b/c.tf": b"deep\n", "old/x.tf": b"old\n"}
TWO = {"a/main.tf": b"two\n", "a/b/c.tf": b"deep\n", "new/y.tf": b"new\n"}
KILLED = """
import os, signal, sys
from pathlib import Path
from tests.pingvas_cli.rendering.test_writer import TWO
from pingvas_cli.rendering.writer import write
left = int(sys.argv[2])
def strike(event, arguments):
    global left
    if event in ("os.rename", "os.remove", "os.mkdir", "open") and ".pingvas" in str(arguments) \
            or event == "os.remove":
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(strike)
write(TWO, Path(sys.argv[1]))
"""


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def whole(tree: dict[str, bytes]) -> dict[str, bytes]:
    return dict(sorted({**tree, RECORD: Record.of(tree).content()}.items()))


def kinds(tree: dict[str, bytes], folder: Path) -> dict[str, str]:
    return {change.path: change.kind for change in compare(tree, folder).changes}


def test_it_makes_replaces_and_deletes(tmp_path: Path) -> None:
    write(ONE, tmp_path)
    assert files(tmp_path) == whole(ONE)
    (tmp_path / "old" / "mine.txt").write_text("keep")
    assert kinds(TWO, tmp_path) == {
        "a/main.tf": "update",
        "new/y.tf": "create",
        "old/x.tf": "delete",
    }
    write(TWO, tmp_path)
    assert files(tmp_path) == whole({**TWO}) | {"old/mine.txt": b"keep"}


def test_a_folder_that_empties_goes(tmp_path: Path) -> None:
    write(ONE, tmp_path)
    write(TWO, tmp_path)
    assert not (tmp_path / "old").exists()


def test_equal_files_are_left_alone(tmp_path: Path) -> None:
    write(ONE, tmp_path)
    before = {path: (tmp_path / path).stat().st_mtime_ns for path in (*ONE, RECORD)}
    assert write(ONE, tmp_path).changes == ()
    assert before == {path: (tmp_path / path).stat().st_mtime_ns for path in (*ONE, RECORD)}


def test_a_file_changed_by_hand_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    write(ONE, tmp_path)
    (tmp_path / "a/main.tf").write_text("mine\n")
    before = files(tmp_path)
    with pytest.raises(Refused) as caught:
        write(TWO, tmp_path)
    assert [(one.where, one.code) for one in caught.value.findings] == [
        ("a/main.tf", "rendering.file_changed")
    ]
    assert files(tmp_path) == before


def test_a_file_to_delete_that_was_changed_by_hand_is_refused(tmp_path: Path) -> None:
    write(ONE, tmp_path)
    (tmp_path / "old/x.tf").write_text("mine\n")
    with pytest.raises(Refused):
        write(TWO, tmp_path)
    assert (tmp_path / "old/x.tf").read_text() == "mine\n"


@pytest.mark.parametrize("strange", ["file", "folder", "link", "pipe"])
def test_what_others_put_there_is_refused(tmp_path: Path, strange: str) -> None:
    place = tmp_path / "a" / "main.tf"
    place.parent.mkdir()
    if strange == "file":
        place.write_text("theirs\n")
    elif strange == "folder":
        place.mkdir()
    elif strange == "pipe":
        os.mkfifo(place)
    else:
        (tmp_path / "elsewhere").write_bytes(ONE["a/main.tf"])
        place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused) as caught:
        write(ONE, tmp_path)
    assert [one.code for one in caught.value.findings] == ["rendering.file_foreign"]


def test_an_equal_file_of_others_becomes_ours(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/main.tf").write_bytes(ONE["a/main.tf"])
    write(ONE, tmp_path)
    assert files(tmp_path) == whole(ONE)


def test_a_lost_file_is_made_again(tmp_path: Path) -> None:
    write(ONE, tmp_path)
    (tmp_path / "a/b/c.tf").unlink()
    write(ONE, tmp_path)
    assert files(tmp_path) == whole(ONE)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"files": 3}', '{"files": {"../x": "0"}}', '{"files": {"/x": "0"}}']
)
def test_a_damaged_record_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).write_text(text)
    with pytest.raises(Refused, match=r"rendering\.record_damaged"):
        write(ONE, tmp_path)


def killed(folder: Path, after: int) -> bool:
    """Write TWO and be killed at the `after`th touch of the folder; False when there are fewer."""
    command = [sys.executable, "-c", KILLED, str(folder), str(after)]
    ended = subprocess.run(command, check=False).returncode
    assert ended in (-signal.SIGKILL, 0)
    return ended != 0


def test_a_kill_at_any_point_is_made_good_by_the_next_run(tmp_path: Path) -> None:
    for after in range(100):
        folder = tmp_path / str(after)
        write(ONE, folder)
        struck = killed(folder, after)
        for path, content in files(folder).items():
            if not path.startswith((STAGING, RECORD)):
                assert content in (ONE.get(path), TWO.get(path)), "a file is whole or not there"
        write(TWO, folder)
        assert files(folder) == whole(TWO)
        assert not (folder / STAGING).exists()
        if not struck:
            break
    assert after > 8


def test_a_kill_and_then_another_configuration(tmp_path: Path) -> None:
    """What a killed run wrote is ours, although no run ended that recorded it."""
    three = {"a/main.tf": b"three\n"}
    for after in range(0, 100, 2):
        write(ONE, tmp_path)
        struck = killed(tmp_path, after)
        write(three, tmp_path)
        assert files(tmp_path) == whole(three)
        if not struck:
            break


def test_drift_names_each_file(tmp_path: Path) -> None:
    write(ONE, tmp_path)
    (tmp_path / "a/b/c.tf").unlink()
    with pytest.raises(DriftFound) as caught:
        compare(TWO, tmp_path).refuse_drift(tmp_path)
    assert {one.where: one.code for one in caught.value.findings} == {
        "a/b/c.tf": "rendering.file_missing",
        "a/main.tf": "rendering.file_differs",
        "new/y.tf": "rendering.file_missing",
        "old/x.tf": "rendering.file_left_over",
    }


def test_the_record_is_sorted_and_stable(tmp_path: Path) -> None:
    write(dict(reversed(ONE.items())), tmp_path)
    document = json.loads((tmp_path / RECORD).read_text())
    assert list(document) == ["files"]
    assert list(document["files"]) == sorted(ONE)


SEED = "k8s/facts/dev/facts.yaml"


def test_a_seed_is_written_once_and_then_left_to_others(tmp_path: Path) -> None:
    seeded = {**ONE, SEED: b"begun\n"}
    assert kinds(seeded, tmp_path)[SEED] == "create"
    write(seeded, tmp_path)
    (tmp_path / SEED).write_bytes(b"gone on\n")
    assert kinds({**seeded, SEED: b"another beginning\n"}, tmp_path) == {}
    write({**seeded, SEED: b"another beginning\n"}, tmp_path)
    assert (tmp_path / SEED).read_bytes() == b"gone on\n"
    compare(seeded, tmp_path).refuse_drift(tmp_path)


def test_a_seed_of_others_is_no_stranger(tmp_path: Path) -> None:
    (tmp_path / SEED).parent.mkdir(parents=True)
    (tmp_path / SEED).write_bytes(b"theirs\n")
    write({**ONE, SEED: b"begun\n"}, tmp_path)
    assert (tmp_path / SEED).read_bytes() == b"theirs\n"


def test_a_seed_that_is_no_longer_rendered_stays(tmp_path: Path) -> None:
    write({**ONE, SEED: b"begun\n"}, tmp_path)
    write(ONE, tmp_path)
    assert (tmp_path / SEED).exists()


def test_a_lost_seed_is_drift_and_begun_again(tmp_path: Path) -> None:
    seeded = {**ONE, SEED: b"begun\n"}
    write(seeded, tmp_path)
    (tmp_path / SEED).unlink()
    with pytest.raises(DriftFound):
        compare(seeded, tmp_path).refuse_drift(tmp_path)
    write(seeded, tmp_path)
    assert (tmp_path / SEED).read_bytes() == b"begun\n"


def test_a_killed_run_leaves_seeds_to_others_too(tmp_path: Path) -> None:
    seeded = {**ONE, SEED: b"begun\n"}
    record = Record().before(seeded, [SEED])
    (tmp_path / SEED).parent.mkdir(parents=True)
    (tmp_path / SEED).write_bytes(b"begun\n")
    (tmp_path / RECORD).write_bytes(record.content())
    write(ONE, tmp_path)
    assert (tmp_path / SEED).read_bytes() == b"begun\n"


def test_a_folder_stands_with_its_seeds_as_others_have_them(tmp_path: Path) -> None:
    seeded = {**ONE, SEED: b"begun\n"}
    write(seeded, tmp_path)
    (tmp_path / SEED).write_bytes(b"gone on\n")
    assert stands(Record.of(seeded), tmp_path)
    (tmp_path / SEED).unlink()
    assert not stands(Record.of(seeded), tmp_path)
