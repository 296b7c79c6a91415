"""Reading YAML: what it mangles stays text, what is broken is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pingvas_cli.config.document import SIZE_LIMIT_KIB, read_document
from tests.pingvas_cli.config.mistakes import codes, loaded, mistakes


@pytest.mark.parametrize(
    ("text", "where", "code"),
    [
        ("local:\n\tport_offset: 1\n", "pingvas.yaml:2", "yaml_tab"),
        ("local: [1, 2\n", "pingvas.yaml:2", "yaml_broken"),
        ("a: 1\n---\nb: 2\n", "pingvas.yaml:2", "yaml_broken"),
        ("local: {device: !!python/name:os.system x}\n", "pingvas.yaml:1 local.device", "yaml_tag"),
        ("- local\n", "pingvas.yaml:1", "not_sections"),
        ("local\n", "pingvas.yaml:1", "not_sections"),
        ("local: &a {smoke_test: *a}\n", "pingvas.yaml:1 local.smoke_test", "yaml_loop"),
        ("local: {}\ncost: {}\nlocal: {}\n", "pingvas.yaml:3 local", "duplicate_key"),
        ("local:\n  device: cpu\n  device: mps\n", "pingvas.yaml:3 local.device", "duplicate_key"),
        ("a: \x01\n", "pingvas.yaml:1", "yaml_broken"),
    ],
)
def test_broken_yaml_is_named(tmp_path: Path, text: str, where: str, code: str) -> None:
    assert (where, code) in codes(tmp_path, text)


def test_other_encodings_and_unreadable_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "pingvas.yaml"
    path.write_bytes("platform: {name: 한}".encode("euc-kr"))
    assert [one.code for one in read_document(path)[1]] == ["config.file_not_utf8"]
    assert [one.code for one in read_document(tmp_path)[1]] == ["config.file_unreadable"]


def test_times_and_dates_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: {b: 10:30, c: 2026-01-02, d: 2026-13-45, e: 12, f: yes, g: ~}\n")
    layer, wrong = read_document(path)
    assert wrong == ()
    assert layer.tree["a"] == {
        "b": "10:30",
        "c": "2026-01-02",
        "d": "2026-13-45",
        "e": 12,
        "f": True,
        "g": None,
    }


def test_a_byte_order_mark_and_anchors_are_fine(tmp_path: Path) -> None:
    text = "\ufeffservices:\n  user: &small {memory_mib: 128}\n  gallery: *small\n"
    services = loaded(tmp_path, text).configuration.services
    assert (services.user.memory_mib, services.gallery.memory_mib) == (128, 128)
    assert services.gallery.port == 8004


@pytest.mark.parametrize("depth", [60, 100_000])
def test_great_depth_is_a_mistake_and_no_crash(tmp_path: Path, depth: int) -> None:
    text = f"local:\n  device: {'[' * depth}{']' * depth}\n"
    assert codes(tmp_path, text) == [("pingvas.yaml:2", "too_deep")]


def test_aliases_that_lead_on_and_on_are_a_mistake(tmp_path: Path) -> None:
    chain = "".join(f"  k{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 2000))
    found = codes(tmp_path, f"local:\n  k0: &a0 []\n{chain}")
    assert found == [("pingvas.yaml", "too_deep")]


def test_a_variable_of_great_depth_is_a_mistake(tmp_path: Path) -> None:
    found = codes(tmp_path, "", PINGVAS_LOCAL__SENTINEL_PORTS="[" * 100_000)
    assert [place for place, _ in found] == ["PINGVAS_LOCAL__SENTINEL_PORTS"]


def test_a_file_that_does_not_end_is_not_read_on_and_on(tmp_path: Path) -> None:
    path = tmp_path / "pingvas.yaml"
    path.write_bytes(b"#" * (SIZE_LIMIT_KIB * 1024 + 1))
    assert [(one.where, one.code) for one in mistakes(path)] == [
        (str(path), "config.file_too_large")
    ]


def test_a_folder_is_no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [one.code for one in mistakes(Path())] == ["config.file_unreadable"]


def test_tags_of_mappings_and_lists_are_mistakes(tmp_path: Path) -> None:
    text = "database: !!python/object:os.system {}\nnetwork:\n  public_subnets: !!set {}\n"
    assert codes(tmp_path, text)[:2] == [
        ("pingvas.yaml:1 database", "yaml_tag"),
        ("pingvas.yaml:3 network.public_subnets", "yaml_tag"),
    ]


def test_unreadable_characters_have_their_line(tmp_path: Path) -> None:
    assert codes(tmp_path, "local:\n  device: a\0b\n") == [("pingvas.yaml:2", "yaml_broken")]
