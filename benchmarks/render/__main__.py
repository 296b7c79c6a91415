"""Run the comparison and print a table of ratios: `python -m benchmarks.render [ROUNDS]`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml

from benchmarks.cli.environments import TREE, make, wheel_of
from benchmarks.cli.measure import Comparison, Contender, run_in_turns
from benchmarks.render import peers
from pingvas_cli.rendering.record import RECORD
from tests.golden import CONFIGURATIONS

# As Argo CD builds them: each overlay and each part of the platform by itself.
KUSTOMIZE: Final = (
    "for one in k8s/overlays/*/*/kustomization.yaml k8s/platform/*/kustomization.yaml;"
    " do kubectl kustomize ${one%/*}; done"
)


class Ground:
    """The environments, templates and folders of one comparison."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        wheels = folder / "wheels"
        wheels.mkdir()
        ours = make(folder / "ours", [str(wheel_of(TREE, wheels))])
        self._pingvas = ours.program("pingvas")
        (templates,) = ours.folder.glob("lib/python*/site-packages/templates")
        self.wanted = peers.ours(templates)
        self._cookiecutter = make(folder / "cookiecutter", ["cookiecutter"]).program("cookiecutter")
        self._copier = make(folder / "copier", ["copier"]).program("copier")
        self._peer_templates = {
            "cookiecutter": str(peers.cookiecutter(folder / "biscuit", templates)),
            "copier": str(peers.copier(folder / "original", templates)),
        }
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "XDG_CACHE_HOME": str(folder / "cache"),
            "PINGVAS_CONFIG": str(self._configuration()),
        }

    def contenders(self) -> dict[str, Contender]:
        """Ours in three states, and the peers."""
        template = self._peer_templates
        return {
            "cold": Contender("pingvas render, cold", self._ours("cold"), self._cold),
            "warm": Contender("pingvas render, warm", self._ours("warm"), self._warm),
            "unchanged": Contender("pingvas render, unchanged", self._ours("unchanged"), os.sync),
            "start": Contender("pingvas config show", [self._pingvas, "config", "show"]),
            "cookiecutter start": Contender(
                "cookiecutter --version", [self._cookiecutter, "--version"]
            ),
            "cookiecutter": Contender(
                "cookiecutter",
                [self._cookiecutter, "--no-input", "-o", self._out("cookies"),
                 template["cookiecutter"]],
                lambda: self._clear("cookies"),
            ),
            "kustomize": Contender(
                "kubectl kustomize", ["/bin/sh", "-ec", f"cd {self._out('unchanged')}; {KUSTOMIZE}"]
            ),
            "copier": Contender(
                "copier",
                [self._copier, "copy", "--defaults", "--quiet", template["copier"],
                 self._out("copies")],
                lambda: self._clear("copies"),
            ),
        }  # fmt: skip

    def refuse_differences(self) -> None:
        """Fail unless all have written the same files."""
        for place in ("cold", "warm", "unchanged", "cookies/tree", "copies"):
            folder = self._folder / place
            found = {
                str(path.relative_to(folder)): path.read_bytes()
                for path in folder.rglob("*")
                if path.is_file() and path.name != RECORD
            }
            if found != self.wanted:
                wrong = {path for path, _ in found.items() ^ self.wanted.items()}
                raise RuntimeError(f"{place} differs: {sorted(wrong)}")

    def _configuration(self) -> Path:
        place = self._folder / "pingvas.yaml"
        place.write_text(yaml.safe_dump(CONFIGURATIONS["default"]))
        return place

    def _ours(self, place: str) -> list[str]:
        return [self._pingvas, "render", "--dir", self._out(place)]

    def _out(self, place: str) -> str:
        return str(self._folder / place)

    def _clear(self, place: str) -> None:
        shutil.rmtree(self._folder / place, ignore_errors=True)
        os.sync()

    def _cold(self) -> None:
        self._clear("cold")
        self._clear("cache")

    def _warm(self) -> None:
        self._clear("warm")


def main() -> int:
    """Measure, print, and fail when a goal is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory(prefix="pingvas-benchmark-") as name:
        ground = Ground(Path(name))
        found = ground.contenders()
        run_in_turns(list(found.values()), rounds, ground.environ)
        ground.refuse_differences()
    comparisons = (
        Comparison(found["cold"], found["cookiecutter"], 0.6),
        Comparison(found["cold"], found["copier"], 0.35),
        Comparison(found["warm"], found["kustomize"], 0.75),
        Comparison(found["unchanged"], found["cold"], 0.4),
    )
    print(f"{len(ground.wanted)} files, medians of {rounds} runs in turns, bytecode compiled")
    _print(comparisons)
    _print_apart(found)
    return int(any(one.ratio > one.goal for one in comparisons))


def _print(comparisons: tuple[Comparison, ...]) -> None:
    for one in comparisons:
        verdict = "ok" if one.ratio <= one.goal else "MISSED"
        print(
            f"{one.ours.name:<26} {one.ours.median_ms:7.1f} ms   "
            f"{one.other.name:<20} {one.other.median_ms:7.1f} ms   "
            f"{one.ratio:5.2f}x (goal <= {one.goal}x) {verdict}"
        )


def _print_apart(found: Mapping[str, Contender]) -> None:
    """What a process costs that renders nothing."""
    for name in ("start", "cookiecutter start"):
        print(f"{found[name].name:<26} {found[name].median_ms:7.1f} ms   renders nothing")


if __name__ == "__main__":
    sys.exit(main())
